// Writes the external organizations of a chunk, before the contacts that belong to them: by their external ids, those that
// are not there are made, and the others gain what the rows say.
import type { Wire } from '../../families/wire.ts';
import type { Replacement, Writes } from '../../families/writes.ts';
import { Refusal } from '../../http/errors.ts';
import { firstInLine } from '../../identifiers/index.ts';
import { organizationBodies } from '../../organizations/index.ts';
import { type Chunk, type Done, isOvertaken, note, refuseRow } from './outcome.ts';
import type { Overlay } from './overlay.ts';
import type { Prepared } from './prepare.ts';

type Organization = Wire['ExternalOrganization'];

/** Rows one after the other that say the same of the same organization, which are written as one. */
interface Run {
  key: string;
  rows: Prepared[];
}

/**
 * A company stands in the rows of all its people, nearly always in the same words.
 * @returns the runs in turns, and how many rows, from the first, take no more than so many turns
 */
export function runsOf(rows: readonly Prepared[], most: number): { turns: Run[][]; taken: number } {
  const last = new Map<string, { run: Run; said: string; turn: number }>();
  const turns: Run[][] = [];
  for (const [i, row] of rows.entries()) {
    const key = row.organization?.identifiers[0]?.value;
    if (key === undefined) continue;
    const said = JSON.stringify(row.organization?.body);
    const before = last.get(key);
    if (before?.said === said) {
      before.run.rows.push(row);
      continue;
    }
    const turn = before ? before.turn + 1 : 0;
    if (turn === most) return { turns, taken: i };
    const run: Run = { key, rows: [row] };
    if (turn === turns.length) turns.push([]);
    (turns[turn] as Run[]).push(run);
    last.set(key, { run, said, turn });
  }
  return { turns, taken: rows.length };
}

/** Writes one turn: no two of its runs are about the same organization. */
export async function writeOrganizations(chunk: Chunk, runs: readonly Run[], writes: Writes<Organization>, overlay: Overlay): Promise<void> {
  let open = runs;
  for (let tries = 1; open.length > 0; tries += 1) open = await attempt(chunk, open, writes, overlay, tries <= TRIES);
}

/** How often a run is tried again that somebody else is faster with. */
const TRIES = 5;

/** @returns those that somebody else was faster with, where these may be tried again */
async function attempt(chunk: Chunk, runs: readonly Run[], writes: Writes<Organization>, overlay: Overlay, mayTry: boolean): Promise<Run[]> {
  const { call, divisionId } = chunk;
  const { orgId } = call.principal;
  const said = runs.map(({ rows }) => (rows[0] as Prepared).organization as NonNullable<Prepared['organization']>);
  const owners = await firstInLine(
    call.door,
    orgId,
    'organization',
    divisionId,
    said.flatMap(({ identifiers }) => identifiers),
  );
  const known = owners.filter((owner) => owner !== undefined);
  const stored = new Map(
    known.length === 0 ? [] : (await organizationBodies(call.door, { orgId, expand: [], divisions: null }, known)).map((one) => [one.id, one]),
  );
  const again: Run[] = [];
  const settle = (run: Run, done: Done, id: string) => {
    for (const row of run.rows) {
      chunk.organizations.set(row, id);
      note(chunk, row, row === run.rows[0] ? done : 'unchanged');
    }
  };
  const refuseRun = (run: Run, refusal: Refusal) => {
    for (const row of run.rows) refuseRow(chunk, row, 'organization', refusal);
  };
  const made: { run: Run; body: Organization }[] = [];
  const changed: { run: Run; replacement: Replacement<Organization> }[] = [];
  for (const [i, run] of runs.entries()) {
    const [{ body }, owner] = [said[i] as { body: Organization }, stored.get(owners[i] ?? '')];
    if (!owner) made.push({ run, body: { ...body, division: { id: divisionId } } });
    else {
      try {
        const combined = overlay(owner.body, body as Record<string, unknown>);
        if (!combined) settle(run, 'unchanged', owner.id);
        else changed.push({ run, replacement: { id: owner.id, version: owner.version, body: combined as Organization } });
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        refuseRun(run, error);
      }
    }
  }
  const outcomes = [
    ...(await writes.create(
      call,
      made.map(({ body }) => body),
    )),
    ...(await writes.update(
      call,
      changed.map(({ replacement }) => replacement),
    )),
  ];
  for (const [i, { run }] of [...made, ...changed].entries()) {
    const outcome = outcomes[i];
    if (outcome === undefined) throw new Error('an organization had no outcome');
    if (!(outcome instanceof Refusal)) settle(run, i < made.length ? 'created' : 'updated', outcome.id);
    else if (mayTry && isOvertaken(outcome)) again.push(run);
    else refuseRun(run, outcome);
  }
  return again;
}
