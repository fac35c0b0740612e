// How records that lie in a division of their own are written, contacts and external organizations alike: create,
// replace, remove, a set at a time.
import type { Step } from '../db/database.ts';
import { Refusal, refuse } from '../http/errors.ts';
import { type Author, divisionArray, includesDivision, type Principal } from '../http/principal.ts';
import { explainRecord, type Records, type StoredRecord } from './guarded.ts';
import { newId } from './id.ts';
import { explainReferences, type Referring, referenceSteps, referencesOf, requireDivision } from './references.ts';
import { divisionId } from './wire.ts';
import { type Draft, type DraftedWrites, orRefusal, type Removal, readAll, type Writing, writeAll } from './writes.ts';

export interface RecordRow extends Referring {
  id: string;
  /** Null in an update keeps the stored one. */
  division_id: string | null;
  /** The version that an update expects; null for any. */
  version: number | null;
  /** The division that an update takes the record away from; null where it stays. */
  moved_from: string | null;
  /** Records that a moved one takes along. */
  along?: string[];
}

/** What differs from kind to kind. */
export interface RecordKind<Body, Row extends RecordRow> {
  records: Records;
  /** The permissions that refusals name. */
  add: string;
  remove: string;
  /** Whether the organization lets such records change their division. */
  movable(principal: Principal): boolean;
  /** Divisions whose external organizations a record may refer to; null for all. */
  organizationDivisions(principal: Principal): string[] | null;
  /** @returns what turns a body into a row, or throws a Refusal that names each faulty field */
  reader(
    call: Omit<Writing, 'author'>,
    bodies: readonly Body[],
    storedIds: readonly string[],
  ): Promise<(id: string, divisionId: string | null, body: Body) => Row>;
  /** @param shown whether they answer with the bodies */
  insertSteps(author: Author, rows: Row[], shown: boolean): Step[];
  /** @param divisions those the caller may edit in; null for all */
  updateSteps(author: Author, rows: Row[], divisions: string[] | null): Step[];
  /** @param removals each with what it takes along; its guard objects where a record would take others along */
  deleteSteps(author: Author, removals: (Removal & { along: string[] })[], divisions: string[] | null): Step[];
  /** What goes and moves where these records do, by their ids; absent where nothing does. */
  along?(call: Writing, ids: string[]): Promise<Map<string, string[]>>;
}

export function recordWrites<Body extends { division?: { id?: string } }, Row extends RecordRow>(kind: RecordKind<Body, Row>): DraftedWrites<Body> {
  const { what, edit } = kind.records;
  const refer = (call: Writing, rows: readonly Referring[], records: string[] = []) => referencesOf(rows, kind.organizationDivisions(call.principal), records);
  const storedById = async (call: Writing, ids: string[]): Promise<Map<string, StoredRecord>> =>
    new Map((await kind.records.stored(call.door, call.principal.orgId, ids)).map((stored) => [stored.id, stored]));
  const accessOf = (call: Writing, permissions: string) => ({
    principal: call.principal,
    divisions: call.divisions,
    visible: kind.records.visible(call.principal),
    permissions,
  });

  /** Records that change their division, where they may: each with the one it comes from. The caller must be allowed to write in both. */
  const withMoves = async (call: Writing, rows: (Row | Refusal)[]): Promise<(Row | Refusal)[]> => {
    const naming = settled(rows).filter((row) => row.division_id !== null);
    if (naming.length === 0 || !kind.movable(call.principal)) return rows;
    const stored = await storedById(call, idsOf(naming));
    const moved = naming.filter((row) => stored.has(row.id) && stored.get(row.id)?.division_id !== row.division_id);
    const along = moved.length > 0 ? await kind.along?.(call, idsOf(moved)) : undefined;
    return rows.map((row) => {
      const from = row instanceof Refusal ? undefined : stored.get(row.id)?.division_id;
      if (row instanceof Refusal || row.division_id === null || from === undefined || from === row.division_id) return row;
      if (!includesDivision(call.divisions, row.division_id)) return refuse('missing.division.permission', { params: { permissions: edit } });
      return { ...row, moved_from: from, along: along?.get(row.id) ?? [] };
    });
  };

  const insert = (call: Writing, drafts: readonly (Draft | Refusal)[], shown: boolean) =>
    writeAll(call.door, drafts as readonly (Row | Refusal)[], {
      steps: (open) => [...referenceSteps(call.principal.orgId, refer(call, open)), ...kind.insertSteps(call.author, open, shown)],
      explain: (open) => explainReferences(call.door, call.principal.orgId, open, refer(call, open), call.divisions, kind.add),
    });

  const writes: DraftedWrites<Body> = {
    async create(call, bodies) {
      const draft = await writes.drafter(call, settled(bodies));
      return insert(
        call,
        bodies.map((body) => (body instanceof Refusal ? body : draft(body))),
        true,
      );
    },

    async drafter(call, bodies) {
      const read = await kind.reader(call, bodies, []);
      return (body, id = newId()) => orRefusal(() => read(id, requireDivision(body.division, divisionId(body.division), call.divisions, kind.add), body));
    },

    insert: (call, drafts) => insert(call, drafts, false),

    async update(call, replacements) {
      const { orgId } = call.principal;
      const wanted = settled(replacements);
      const read = await kind.reader(
        call,
        wanted.map(({ body }) => body),
        idsOf(wanted),
      );
      const rows = readAll(replacements, ({ id, body, version }) => {
        const division = body.division ? requireDivision(body.division, divisionId(body.division), 'all', edit) : null;
        return { ...read(id, division, body), version: version ?? null };
      });
      return writeAll(call.door, await withMoves(call, rows), {
        steps: (open) => [
          ...referenceSteps(orgId, refer(call, open.map(moving), idsOf(open))),
          ...kind.updateSteps(call.author, open, divisionArray(call.divisions)),
        ],
        explain: async (open) => {
          const stored = await storedById(call, idsOf(open));
          const referring = open.map(moving);
          const references = await explainReferences(call.door, orgId, referring, refer(call, referring, idsOf(open)), call.divisions, edit);
          return open.map((row, i) => {
            const staying = { version: row.version, division_id: row.moved_from === null ? row.division_id : null };
            return explainRecord(what, stored.get(row.id), accessOf(call, edit), staying) ?? references[i];
          });
        },
      });
    },

    remove(call, removals) {
      // Hardly any record takes others along, so that they are looked for only where the guard objects.
      let along = new Map<string, string[]>();
      return writeAll(call.door, removals, {
        steps: (open) =>
          kind.deleteSteps(
            call.author,
            open.map((removal) => ({ ...removal, along: along.get(removal.id) ?? [] })),
            divisionArray(call.divisions),
          ),
        explain: async (open) => {
          const stored = await storedById(call, idsOf(open));
          along = (await kind.along?.(call, idsOf(open))) ?? along;
          return open.map(({ id, version }) => explainRecord(what, stored.get(id), accessOf(call, kind.remove), { version }));
        },
      });
    },
  };
  return writes;
}

const settled = <T>(items: readonly (T | Refusal)[]): T[] => items.filter((item): item is T => !(item instanceof Refusal));
const idsOf = (rows: readonly { id: string }[]) => rows.map(({ id }) => id);

/** What an update refers to: a division that it stays in is no reference, for the record is in it already. */
const moving = (row: RecordRow): Referring => ({ ...row, division_id: row.moved_from === null ? null : row.division_id });
