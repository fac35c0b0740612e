// Writes a chunk of rows in one transaction, in an order that amounts to the file's.
import { Refusal } from '../../http/errors.ts';
import { limits } from '../../http/limits.ts';
import { type ContactTools, findContacts, type Item, valuesOf, writeContacts } from './contacts.ts';
import { type OrganizationTools, writeOrganizations } from './organizations.ts';
import { type Chunk, type RowOutcome, refuseRow } from './outcome.ts';
import type { Prepared } from './prepare.ts';
import { wavesOf } from './waves.ts';

export interface WriteTools {
  contacts: ContactTools;
  organizations: OrganizationTools;
}

type Given = Omit<Chunk, 'outcomes' | 'organizations' | 'changers'>;

/**
 * A row that is refused leaves nothing: where its organization was written before its contact proved to be impossible, all of
 * the chunk is undone and done again without it.
 * @returns the outcomes of as many rows, from the first, as could be written in the turns that a transaction has
 */
export async function writeRows(given: Given, rows: readonly Prepared[], tools: WriteTools): Promise<RowOutcome[]> {
  const refused = new Map<Prepared, string[]>();
  for (let tries = 1; ; tries += 1) {
    // Refusals may bring about others, and in the end each row is on its own.
    const now = tries <= limits.importTriesMax ? rows : rows.slice(0, 1);
    try {
      return await given.call.door.transaction((door) => attempt({ ...given, call: { ...given.call, door } }, now, refused, tools));
    } catch (error) {
      if (!(error instanceof InVain)) throw error;
      for (const [row, reasons] of error.refused) refused.set(row, reasons);
    }
  }
}

/** Organizations were written for rows that are refused. */
class InVain extends Error {
  readonly refused: [Prepared, string[]][];
  constructor(refused: [Prepared, string[]][]) {
    super('organizations were written in vain');
    this.refused = refused;
  }
}

/** @throws InVain */
async function attempt(given: Given, rows: readonly Prepared[], refused: ReadonlyMap<Prepared, string[]>, tools: WriteTools): Promise<RowOutcome[]> {
  const chunk: Chunk = { ...given, outcomes: new Map(refused), organizations: new Map(), changers: new Set() };
  const open = rows.filter((row) => row.reasons.length === 0 && !refused.has(row));
  // Rows that share a value wait for one another whoever it leads to: those that wait too long are not looked up in vain.
  const { taken: apart } = wavesOf(
    open.map((prepared) => ({ keys: valuesOf(prepared) })),
    limits.importWavesMax,
  );
  const items = await findContacts(chunk, open.slice(0, apart));
  const { waves, taken: people } = wavesOf(items.slice(0, mergeable(items, given.mergeContacts)), limits.importWavesMax);
  // The chunk ends before the first row that would have to wait for too many others.
  const next = items[people]?.prepared ?? open[apart];
  const written = next ? rows.slice(0, rows.indexOf(next)) : rows;
  refuseDrafts(chunk, waves[0] ?? []);
  const isRefused = (row: Prepared) => row.reasons.length > 0 || Array.isArray(chunk.outcomes.get(row));
  await writeOrganizations(
    chunk,
    written.filter((row) => !isRefused(row)),
    tools.organizations,
  );
  for (const [turn, items] of waves.entries()) {
    const whole = items.filter(({ prepared }) => !isRefused(prepared));
    const now =
      turn === 0
        ? whole
        : await findContacts(
            chunk,
            whole.map(({ prepared }) => prepared),
          );
    await writeContacts(chunk, now, tools.contacts);
  }
  const outcomes = written.map((row) => {
    const outcome = row.reasons.length > 0 ? row.reasons : chunk.outcomes.get(row);
    if (outcome === undefined) throw new Error(`the row of line ${row.row.line} had no outcome`);
    return outcome;
  });
  const vain = written.flatMap((row, i): [Prepared, string[]][] => (chunk.changers.has(row) && Array.isArray(outcomes[i]) ? [[row, outcomes[i]]] : []));
  if (vain.length > 0) throw new InVain(vain);
  return outcomes;
}

/** What makes a new contact that cannot be made is known before anything is written. */
function refuseDrafts(chunk: Chunk, first: readonly Item[]): void {
  for (const { found, prepared } of first) if (found.length === 0 && prepared.draft instanceof Refusal) refuseRow(chunk, prepared, 'contact', prepared.draft);
}

/** How many rows, from the first, make one contact of several no more often than a transaction should: each is a flight of its own. */
function mergeable(items: readonly Item[], merges: boolean): number {
  if (!merges) return items.length;
  const several = items.flatMap(({ found }, i) => (found.length > 1 ? [i] : []));
  return several[limits.importMergesMax] ?? items.length;
}
