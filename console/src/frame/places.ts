// The screens that can be gone to, and what one must be allowed to find anything there.
import {
  IconActivity,
  IconAddressBook,
  IconBell,
  IconBuilding,
  IconCode,
  IconDownload,
  IconFileImport,
  IconFlask,
  IconForms,
  IconGitMerge,
  IconHeartbeat,
  IconHeartHandshake,
  IconHistory,
  IconKey,
  IconListCheck,
  IconPlug,
  IconSettings,
  IconShieldLock,
  IconUsers,
  IconUsersGroup,
  type TablerIcon,
} from '@tabler/icons-react';
import type { TextKey } from '../language/language.tsx';

export interface Place {
  text: TextKey;
  to: string;
  icon: TablerIcon;
  /** Any of these; none for everybody. */
  permissions: readonly string[];
  /** Pressed after `g`. */
  key: string;
}

const CONTACTS = ['externalContacts:contact:view', 'relate:contact:view'];
const ORGANIZATIONS = ['externalContacts:externalOrganization:view', 'relate:externalOrganization:view'];
export const CHANGES = [
  'liaison:subject:erase',
  ...['contact', 'externalOrganization'].flatMap((entity) =>
    ['externalContacts', 'relate'].flatMap((domain) => ['edit', 'delete'].map((action) => `${domain}:${entity}:${action}`)),
  ),
];

export const PLACES: readonly { title: TextKey; places: readonly Place[] }[] = [
  {
    title: 'places.directory',
    places: [
      { text: 'contacts.title', to: '/contacts', icon: IconAddressBook, permissions: CONTACTS, key: 'c' },
      { text: 'organizations.title', to: '/organizations', icon: IconBuilding, permissions: ORGANIZATIONS, key: 'o' },
      { text: 'duplicates.title', to: '/duplicates', icon: IconGitMerge, permissions: [...CONTACTS, ...ORGANIZATIONS], key: 'd' },
      { text: 'bulk.jobs', to: '/bulk-jobs', icon: IconListCheck, permissions: CHANGES, key: 'b' },
    ],
  },
  {
    title: 'places.inAndOut',
    places: [
      { text: 'imports.title', to: '/imports', icon: IconFileImport, permissions: ['externalContacts:importJob:viewAll'], key: 'i' },
      { text: 'exports.title', to: '/exports', icon: IconDownload, permissions: ['externalContacts:export:view'], key: 'e' },
      {
        text: 'jobs.title',
        to: '/jobs',
        icon: IconListCheck,
        permissions: ['externalContacts:importJob:viewAll', 'externalContacts:export:view', 'liaison:subject:view', ...CHANGES],
        key: 'j',
      },
      { text: 'privacy.title', to: '/privacy', icon: IconShieldLock, permissions: ['liaison:subject:view', 'liaison:subject:erase'], key: 'p' },
    ],
  },
  {
    title: 'places.administration',
    places: [
      { text: 'users.title', to: '/users', icon: IconUsers, permissions: ['directory:user:view'], key: 'u' },
      { text: 'groups.title', to: '/groups', icon: IconUsersGroup, permissions: ['directory:group:view'], key: 'y' },
      { text: 'roles.title', to: '/roles', icon: IconKey, permissions: ['authorization:role:view'], key: 'r' },
      { text: 'schemas.title', to: '/schemas', icon: IconForms, permissions: ['externalContacts:customFields:view'], key: 'f' },
      {
        text: 'trust.title',
        to: '/trust',
        icon: IconHeartHandshake,
        permissions: ['authorization:orgTrustee:view', 'authorization:orgTrustor:view'],
        key: 't',
      },
      { text: 'audit.title', to: '/audit', icon: IconHistory, permissions: ['liaison:audit:view'], key: 'a' },
      { text: 'settings.title', to: '/settings', icon: IconSettings, permissions: ['liaison:settings:view'], key: 's' },
      { text: 'health.title', to: '/health', icon: IconHeartbeat, permissions: ['liaison:health:view'], key: 'h' },
    ],
  },
  {
    title: 'places.integration',
    places: [
      { text: 'clients.title', to: '/clients', icon: IconPlug, permissions: ['oauth:client:view'], key: 'l' },
      { text: 'webhooks.title', to: '/webhooks', icon: IconBell, permissions: ['liaison:webhook:view'], key: 'w' },
      { text: 'events.title', to: '/events', icon: IconActivity, permissions: ['liaison:event:view'], key: 'v' },
      { text: 'explorer.title', to: '/explorer', icon: IconCode, permissions: [], key: 'x' },
    ],
  },
];

/** Gone to by searching for it only: nobody needs it twice. */
export const SAMPLES: Omit<Place, 'key'> = { text: 'search.samples', to: '/samples', icon: IconFlask, permissions: ['externalContacts:contact:add'] };

/** Screens that want more than the place that they belong to. */
const WITHIN: readonly Omit<Place, 'key'>[] = [
  SAMPLES,
  { text: 'imports.title', to: '/imports/new', icon: IconFileImport, permissions: ['externalContacts:importCsvJob:add'] },
  { text: 'duplicates.title', to: '/merge', icon: IconGitMerge, permissions: [...CONTACTS, ...ORGANIZATIONS] },
];

/** The place that a screen is, or stands within, by its path. */
export const placeOf = (path: string): Omit<Place, 'key'> | undefined =>
  [...WITHIN, ...PLACES.flatMap(({ places }) => places)].find(({ to }) => path === to || path.startsWith(`${to}/`));
