// What can be permitted, as the server has it, and how a role says that: by policies, in which `*` stands for all.
import { useQuery } from '@tanstack/react-query';
import { api, body } from '../api/api.ts';
import type { Schema } from '../api/schema.ts';

export interface Entity {
  domain: string;
  name: string;
  actions: string[];
}
export type Catalogue = readonly Entity[];

type Policies = Schema['DomainOrganizationRole']['permissionPolicies'];
interface Permitting {
  permissionPolicies?: Policies;
  permissions?: string[];
}

export const nameOf = ({ domain, name }: Entity, action: string): string => `${domain}:${name}:${action}`;

export function useCatalogue(): Catalogue | undefined {
  return useQuery({ queryKey: ['permissions'], staleTime: Number.POSITIVE_INFINITY, queryFn: readCatalogue }).data;
}

async function readCatalogue(): Promise<Catalogue> {
  const { entities } = await body(api.GET('/api/v2/authorization/permissions', { params: { query: { pageSize: 100 } } }));
  return entities.flatMap(({ domain = '', permissionMap = {} }) =>
    Object.entries(permissionMap).map(([name, permissions]) => ({ domain, name, actions: permissions.map(({ action = '' }) => action) })),
  );
}

/** All that the role permits, each by its whole name. */
export function permissionsOf({ permissionPolicies = [], permissions = [] }: Permitting, catalogue: Catalogue): ReadonlySet<string> {
  const fits = (wanted: string, one: string) => wanted === '*' || wanted === one;
  const policies = [...permissionPolicies, ...permissions.map(policyOf)];
  return new Set(
    catalogue.flatMap((entity) =>
      entity.actions
        .filter((action) =>
          policies.some(
            (policy) => fits(policy.domain, entity.domain) && fits(policy.entityName, entity.name) && policy.actionSet.some((one) => fits(one, action)),
          ),
        )
        .map((action) => nameOf(entity, action)),
    ),
  );
}

function policyOf(permission: string) {
  const [domain = '', entityName = '', action = ''] = permission.split(':');
  return { domain, entityName, actionSet: [action] };
}

/** One policy for each entity; one that is as before is kept as it was written, with what else stands in it. */
export function policiesOf(permitted: ReadonlySet<string>, before: Permitting, catalogue: Catalogue): NonNullable<Policies> {
  return catalogue.flatMap((entity) => {
    const actions = entity.actions.filter((action) => permitted.has(nameOf(entity, action)));
    if (actions.length === 0) return [];
    const old = before.permissionPolicies?.find(({ domain, entityName }) => domain === entity.domain && entityName === entity.name);
    const all = actions.length === entity.actions.length;
    return [{ ...old, domain: entity.domain, entityName: entity.name, actionSet: all ? ['*'] : actions }];
  });
}
