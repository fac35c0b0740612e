// Every permission that the contract's operations ask for: what the permissions page lists, and what "*" means today.
import type { Contract } from '../contract/load.ts';
import type { Wire } from '../families/wire.ts';
import { allows, type Policy, patternsOf } from './policies.ts';

export interface Catalogue {
  /** One entry per domain, sorted by name. */
  collections: Wire['DomainPermissionCollection'][];
  /** The single permissions that the policies come to; patterns of what the contract does not know stay as they are. */
  expand(policies: readonly Policy[]): string[];
}

export function createCatalogue(contract: Contract): Catalogue {
  const permissions = [...new Set(contract.operations.flatMap((operation) => operation.permissions?.of ?? []))].sort();
  const domains = new Map<string, Record<string, Wire['DomainPermission'][]>>();
  for (const permission of permissions) {
    const [domain, entityType, action] = permission.split(':') as [string, string, string];
    const entities = domains.get(domain) ?? {};
    domains.set(domain, entities);
    entities[entityType] ??= [];
    entities[entityType].push({
      domain,
      entityType,
      action,
      label: `${action} ${entityType}`,
      allowsConditions: false,
      divisionAware: isDivisionAware(domain, entityType),
    });
  }
  return {
    collections: [...domains].map(([domain, permissionMap]) => ({ id: domain, name: domain, domain, permissionMap })),
    expand(policies) {
      const known = permissions.filter((permission) => allows(policies, permission));
      return [...new Set([...known, ...patternsOf(policies).filter((pattern) => !pattern.includes('*'))])].sort();
    },
  };
}

const DIVISION_AWARE = new Set(['authorization:division', 'authorization:grant', 'directory:user', 'liaison:audit', 'liaison:identity', 'liaison:subject']);

function isDivisionAware(domain: string, entity: string): boolean {
  return domain === 'externalContacts' || domain === 'relate' || DIVISION_AWARE.has(`${domain}:${entity}`);
}
