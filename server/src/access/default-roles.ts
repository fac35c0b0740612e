// The roles that each new organization starts with. Full Access reaches what later versions add; the others are
// written out by domain and entity, so that somebody who holds one of them can grant a smaller one.
import type { Policy } from './policies.ts';

export interface DefaultRole {
  /** Its defaultRoleId on the wire. */
  key: string;
  name: string;
  description: string;
  policies: readonly Policy[];
}

export const FULL_ACCESS = 'fullAccess';

const CONTACTS = [
  'contact',
  'conversation',
  'customFields',
  'export',
  'externalOrganization',
  'externalSource',
  'identity',
  'importCsvJob',
  'importCsvSettings',
  'importCsvUpload',
  'importJob',
  'importSettings',
  'segmentAssignment',
  'session',
];
const RELATE = ['contact', 'conversation', 'externalOrganization'];
const LIAISON = ['audit', 'event', 'health', 'identity', 'settings', 'subject', 'webhook'];
const AUTHORIZATION = ['audit', 'division', 'grant', 'orgTrustee', 'orgTrusteeGroup', 'orgTrusteeUser', 'orgTrustor', 'role'];

const all = (domain: string, entities: readonly string[]) => entities.map((entityName) => policy(domain, entityName, '*'));

const MANAGER = [...all('externalContacts', CONTACTS), ...all('relate', RELATE)];

export const DEFAULT_ROLES: readonly DefaultRole[] = [
  {
    key: FULL_ACCESS,
    name: 'Full Access',
    description: 'Everything, with whatever later versions add.',
    policies: [policy('*', '*', '*')],
  },
  {
    key: 'admin',
    name: 'Admin',
    description: 'The directory, its users, roles, divisions, trusts, clients, settings and feeds.',
    policies: [
      ...MANAGER,
      ...all('liaison', LIAISON),
      ...all('authorization', AUTHORIZATION),
      ...all('directory', ['group', 'organization', 'user']),
      ...all('oauth', ['client', 'token']),
      ...all('sso', ['provider']),
    ],
  },
  {
    key: 'contactManager',
    name: 'Contact Manager',
    description: 'Everything about contacts and external organizations, with imports, exports and merging.',
    policies: MANAGER,
  },
  {
    key: 'agent',
    name: 'Agent',
    description: 'Finds, adds and edits contacts and external organizations; deletes nothing.',
    policies: [
      policy('externalContacts', 'contact', 'view', 'search', 'add', 'edit'),
      policy('externalContacts', 'externalOrganization', 'view', 'search', 'add', 'edit'),
      policy('externalContacts', 'externalSource', 'view'),
      policy('externalContacts', 'customFields', 'view'),
      policy('externalContacts', 'conversation', 'associate'),
      policy('externalContacts', 'session', 'view'),
    ],
  },
  {
    key: 'readOnly',
    name: 'Read-only',
    description: 'Finds and reads contacts and external organizations.',
    policies: [
      policy('externalContacts', 'contact', 'view', 'search'),
      policy('externalContacts', 'externalOrganization', 'view', 'search'),
      policy('externalContacts', 'externalSource', 'view'),
      policy('externalContacts', 'customFields', 'view'),
      policy('externalContacts', 'session', 'view'),
    ],
  },
];

function policy(domain: string, entityName: string, ...actionSet: string[]): Policy {
  return { domain, entityName, actionSet };
}
