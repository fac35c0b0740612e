// An audit entry, from what was recorded and as far as its reader may see: of a record that came from, or went to, a
// division that is closed to him he is shown that it appeared or disappeared, and not what it was there.
import { type EventIds, sightOf } from '../events/index.ts';
import type { Kind } from '../families/changes.ts';
import { both, type Divisions, divisionArray, includesDivision, type Principal, reach, UNASSIGNED } from '../http/principal.ts';
import { differences } from './differences.ts';
import type { AuditRow, AuditSight, ListedAudit } from './store.ts';

/** @param audits where the caller may view audits */
export function auditSight(principal: Principal, audits: Divisions): AuditSight {
  const sight = sightOf(principal);
  const others = divisionArray(audits);
  const contacts = both(others, divisionArray(sight('contact')));
  const organizations = both(others, divisionArray(sight('organization')));
  const [sessions, segments] = [both(others, divisionArray(sight('journeySession'))), both(others, divisionArray(sight('journeySegment')))];
  return { contacts, organizations, identifiers: both(contacts, organizations), sessions, segments, others };
}

/** Whose names the reader may know: of clients, and of users by their divisions. */
export interface Names {
  clients: boolean;
  users: Divisions;
}

export function namesFor(principal: Principal): Names {
  const clients = reach(principal, 'oauth:client:view');
  return { clients: clients === 'all' || clients.size > 0, users: reach(principal, 'directory:user:view') };
}

export function auditEntry(row: ListedAudit, sight: AuditSight, names: Names, ids: EventIds): string {
  const { before, after } = statesOf(row, sight);
  const division = isOpen(sight, row.kind, row.division_id) ? row.division_id : row.left_division_id;
  return JSON.stringify({
    id: ids.idOf(Number(row.position)),
    time: row.at,
    action: row.action,
    entity: { type: row.kind, id: row.record_id, name: nameOf(after ?? before) },
    ...(division ? { division: { id: division === UNASSIGNED ? '*' : division } } : {}),
    ...(row.user_id ? { user: { id: row.user_id, name: userName(row, names) } } : {}),
    client: { id: row.client_id, ...(names.clients && row.client_name ? { name: row.client_name } : {}) },
    homeOrganization: { id: row.home_org_id },
    correlationId: row.correlation_id,
    changes: differences(before, after),
  });
}

/** Who acts by a trust is none of the organization's users, and goes by his id. */
const userName = ({ user_name, user_division_id }: ListedAudit, { users }: Names): string | undefined =>
  user_name !== null && user_division_id !== null && includesDivision(users, user_division_id) ? user_name : undefined;

type Body = Record<string, unknown>;

/** The record before and after, so far as it is there and open. */
export function statesOf(row: AuditRow, sight: AuditSight): { before?: Body | undefined; after?: Body | undefined } {
  const now = isOpen(sight, row.kind, row.division_id) ? held(row.body) : undefined;
  // What is claimed or released stands for itself: the owner's identifier before has nothing to do with it.
  if (row.action === 'create' || row.action === 'claim' || row.action === 'refuse') return { after: now };
  if (row.action === 'delete' || row.action === 'release') return { before: now };
  return { before: row.before && isOpen(sight, row.kind, row.before_division_id) ? held(row.before) : undefined, after: now };
}

/** Of who was erased nothing is held: see erase_changes in the migrations. */
const held = (body: Body): Body | undefined => (body.erased === true ? undefined : body);

function isOpen(sight: AuditSight, kind: Kind, division: string | null): boolean {
  const divisions = divisionsOf(sight, kind);
  return divisions === null || (division !== null && divisions.includes(division));
}

function divisionsOf(sight: AuditSight, kind: Kind): string[] | null {
  switch (kind) {
    case 'contact':
    case 'contactNote':
    case 'conversation':
      return sight.contacts;
    case 'organization':
    case 'organizationNote':
    case 'relationship':
      return sight.organizations;
    case 'identifier':
    case 'duplicate':
      return sight.identifiers;
    case 'journeySession':
      return sight.sessions;
    case 'journeySegment':
      return sight.segments;
    default:
      return sight.others;
  }
}

export function nameOf(body: Body = {}): string | undefined {
  const name = body.name ?? [body.firstName, body.middleName, body.lastName].filter(Boolean).join(' ');
  return typeof name === 'string' && name !== '' ? name : undefined;
}
