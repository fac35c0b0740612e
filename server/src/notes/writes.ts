// How notes are written, a set at a time. A note belongs to the record it is about: whoever may write that may write it.
import { contactRecords } from '../contacts/index.ts';
import { type Fault, invalidFields } from '../contract/validate.ts';
import { explainRecord, type Records, type StoredRecord } from '../families/guarded.ts';
import { newId } from '../families/id.ts';
import { readReference } from '../families/record.ts';
import { divisionId, type Wire } from '../families/wire.ts';
import { type Removal, type Replacement, readAll, type Writes, type Writing, writeAll } from '../families/writes.ts';
import { type Refusal, refuse } from '../http/errors.ts';
import { divisionArray, type Principal } from '../http/principal.ts';
import { organizationRecords } from '../organizations/index.ts';
import { type Addressed, deleteSteps, insertSteps, type NoteRow, type Owner, storedNotes, updateSteps } from './store.ts';

type Note = Wire['Note'];

/** The records that notes are about. */
export const OWNERS: Record<Owner, Records> = { contact: contactRecords, organization: organizationRecords };

/**
 * @param on the record that every note must be on; without it each note says so by `entityType` and `entityId`, as the
 *   bulk operations have it
 */
export function noteWrites(on?: { owner: Owner; id: string }): Writes<Note> {
  const owned = (body: Note) => (on ? { ...body, entityType: on.owner, entityId: on.id } : body);
  return {
    create: (call, bodies) =>
      writeAll(
        call.door,
        readAll(bodies, (body) => readNote(newId(), owned(body), call.principal, true)),
        {
          steps: (open) => insertSteps(call.author, open, divisionArray(call.divisions)),
          explain: (open) => explainNew(call, open),
        },
      ),

    update: (call, replacements) =>
      writeAll(
        call.door,
        readAll(replacements, ({ id, body, version }: Replacement<Note>) => ({
          ...readNote(id, owned(body), call.principal, false),
          version: version ?? null,
        })),
        {
          steps: (open) => updateSteps(call.author, open, divisionArray(call.divisions)),
          explain: (open) => explainStored(call, open),
        },
      ),

    remove: (call, removals) =>
      writeAll(
        call.door,
        readAll(removals, ({ id, version }: Removal): Addressed => ({ id, owner: on?.owner ?? null, owner_id: on?.id ?? null, version: version ?? null })),
        {
          steps: (open) => deleteSteps(call.author, open, divisionArray(call.divisions)),
          explain: (open) => explainStored(call, open),
        },
      ),
  };
}

/** @throws Refusal 422 naming each field that is missing or cannot be read */
function readNote(id: string, body: Note, principal: Principal, isNew: boolean): NoteRow {
  const faults: Fault[] = [];
  const ownerId = readReference('entityId', body.entityId, faults);
  const createdBy = authorOf(principal, body, faults);
  const division = body.division?.id === undefined ? null : divisionId(body.division);
  if (isNew && !body.entityId) faults.push({ field: 'entityId', code: 'required', rule: 'is required: the record that the note is about.' });
  if (!body.entityType && (isNew || body.entityId)) faults.push({ field: 'entityType', code: 'required', rule: 'must be contact or organization.' });
  if (body.noteText === undefined) faults.push({ field: 'noteText', code: 'required', rule: 'is required.' });
  if (division === undefined) faults.push(NOT_ITS_DIVISION);
  if (faults.length > 0) throw invalidFields(faults);
  return {
    id,
    owner: body.entityType ?? null,
    owner_id: ownerId,
    division_id: division ?? null,
    text: body.noteText as string,
    created_by: createdBy,
    version: null,
  };
}

const NOT_ITS_DIVISION: Fault = { field: 'division.id', code: 'division', rule: 'must be the division of the record that the note is about, or absent.' };

/** People write as themselves; a program may write for anyone, and else writes as the client that it is. */
function authorOf(principal: Principal, body: Note, faults: Fault[]): string {
  const { cloneId = principal.userId } = principal;
  if (cloneId !== undefined) return cloneId;
  return readReference('createdBy.id', body.createdBy?.id, faults) ?? principal.clientId;
}

/** What was meant for a contact that was merged away is on its canonical contact when it leaves again. */
async function explainNew(call: Writing, rows: NoteRow[]): Promise<(Refusal | undefined)[]> {
  const stored = new Map<string, StoredRecord>();
  for (const owner of ['contact', 'organization'] as const) {
    const ids = rows.flatMap((row) => (row.owner === owner && row.owner_id ? [row.owner_id] : []));
    if (ids.length > 0) for (const record of await OWNERS[owner].stored(call.door, call.principal.orgId, ids)) stored.set(`${owner} ${record.id}`, record);
  }
  return rows.map((row) => {
    const record = stored.get(`${row.owner} ${row.owner_id}`);
    const refusal = explainRecord('note', record && { ...record, merged_into: null }, accessOf(call, row.owner as Owner)) ?? explainDivision(row, record);
    if (!refusal && record?.merged_into) row.owner_id = record.merged_into;
    return refusal;
  });
}

async function explainStored(call: Writing, rows: Addressed[]): Promise<(Refusal | undefined)[]> {
  const ids = rows.map(({ id }) => id);
  const stored = new Map((await storedNotes(call.door, call.principal.orgId, ids)).map((note) => [note.id, note]));
  return rows.map((row) => {
    const note = stored.get(row.id);
    if (!note || (row.owner_id !== null && (row.owner_id !== note.owner_id || row.owner !== note.owner))) return refuse('not.found');
    return explainRecord('note', note, accessOf(call, note.owner), { version: row.version }) ?? explainDivision(row, note);
  });
}

function explainDivision(row: Addressed, record: StoredRecord | undefined): Refusal | undefined {
  return row.division_id && row.division_id !== record?.division_id ? invalidFields([NOT_ITS_DIVISION]) : undefined;
}

function accessOf(call: Writing, owner: Owner) {
  const { visible, edit } = OWNERS[owner];
  return { principal: call.principal, divisions: call.divisions, visible: visible(call.principal), permissions: edit };
}
