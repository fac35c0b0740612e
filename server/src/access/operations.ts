// operationId → handler: everything in contract/access.yaml.
import type { Handlers } from '../contract/bind.ts';
import type { Acting } from './acting/acting.ts';
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

export const accessHandlers = (changes: Changes, catalogue: Catalogue, acting: Acting, trustorsOf: TrustorsOf, providers: ProviderRules): Handlers => ({
  ...tokenHandlers(changes, acting),
  ...userHandlers(changes, catalogue, acting, trustorsOf),
  ...organizationHandlers(changes),
  ...divisionHandlers(changes),
  ...roleHandlers(changes, catalogue),
  ...grantHandlers(changes, catalogue, acting),
  ...groupHandlers(changes),
  ...clientHandlers(changes),
  ...identityProviderHandlers(changes, providers),
});
