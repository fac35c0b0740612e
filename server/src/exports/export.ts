// An export: what can be asked for, and how far what it shows may reach.
import { contactReach } from '../contacts/index.ts';
import type { Wire } from '../families/wire.ts';
import { both, type Divisions, divisionArray, type Principal, reach } from '../http/principal.ts';
import { organizationReach } from '../organizations/index.ts';

export type ExportKind = Wire['LiaisonExport']['kind'];
export type Format = NonNullable<Wire['LiaisonExport']['format']>;

/** Divisions as SQL arrays; null for all. */
export interface Sight {
  contacts: string[] | null;
  organizations: string[] | null;
}

/** Whether the records themselves are seen as contacts are, or as external organizations. */
export const isOfContacts = (kind: ExportKind): boolean => kind === 'contact' || kind === 'contactNote';

export const VIEW = 'externalContacts:export:view';
export const ADD = 'externalContacts:export:add';

/** What an export of the kind may show by now to whom it is made for: a contact's organization has a name only for who sees it. */
export function sightOfExport(principal: Principal, kind: ExportKind, divisionIds: string[] | null): Sight {
  const within = (divisions: Divisions) => both(both(divisionArray(divisions), divisionArray(reach(principal, ADD))), divisionIds);
  if (!isOfContacts(kind)) return { contacts: [], organizations: within(organizationReach(principal)) };
  return { contacts: within(contactReach(principal)), organizations: kind === 'contact' ? divisionArray(organizationReach(principal)) : [] };
}

/** The divisions that the records themselves lie in. */
export const ownDivisions = (sight: Sight, kind: ExportKind): string[] | null => (isOfContacts(kind) ? sight.contacts : sight.organizations);
