// operationId → handler: everything in contract/access.yaml.
import type { Handlers } from '../contract/bind.ts';
import type { Database } from '../db/database.ts';
import { createActing } from './acting/acting.ts';
import type { Catalogue } from './catalogue.ts';
import type { Changes } from './changes.ts';
import { clientHandlers } from './clients/operations.ts';
import { divisionHandlers } from './divisions/operations.ts';
import { identityProviderHandlers, type ProviderRules } from './federation/operations.ts';
import { grantHandlers } from './grants/operations.ts';
import { groupHandlers } from './groups/operations.ts';
import { organizationHandlers } from './organization/operations.ts';
import { roleHandlers } from './roles/operations.ts';
import { tokenHandlers } from './tokens/operations.ts';
import type { TrustorsOf } from './users/expand.ts';
import { userHandlers } from './users/operations.ts';
import { passwordHandlers } from './users/password.ts';

export interface Handling {
  database: Database;
  changes: Changes;
  catalogue: Catalogue;
  trustorsOf: TrustorsOf;
  providers: ProviderRules;
}

export function accessHandlers({ database, changes, catalogue, trustorsOf, providers }: Handling): Handlers {
  const acting = createActing(database);
  return {
    ...tokenHandlers(changes, acting),
    ...userHandlers(changes, catalogue, acting, trustorsOf),
    ...passwordHandlers(database, changes),
    ...organizationHandlers(changes),
    ...divisionHandlers(changes),
    ...roleHandlers(changes, catalogue),
    ...grantHandlers(changes, catalogue, acting),
    ...groupHandlers(changes),
    ...clientHandlers(changes),
    ...identityProviderHandlers(changes, providers),
  };
}
