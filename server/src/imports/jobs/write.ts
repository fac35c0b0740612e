// Writes a chunk of rows in one transaction, in an order that amounts to the file's.
import { limits } from '../../http/limits.ts';
import { type ContactTools, findContacts, type Item, valuesOf, writeContacts } from './contacts.ts';
import { type OrganizationTools, writeOrganizations } from './organizations.ts';
import type { Chunk, RowOutcome } from './outcome.ts';
import type { Prepared } from './prepare.ts';
import { wavesOf } from './waves.ts';

export interface WriteTools {
  contacts: ContactTools;
  organizations: OrganizationTools;
}

type Given = Omit<Chunk, 'outcomes' | 'organizations'>;

/** @returns the outcomes of as many rows, from the first, as could be written in the turns that a transaction has */
export async function writeRows(given: Given, rows: readonly Prepared[], tools: WriteTools): Promise<RowOutcome[]> {
  const chunk: Chunk = { ...given, outcomes: new Map(), organizations: new Map() };
  const open = rows.filter((row) => row.reasons.length === 0);
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
  return written.map((row) => {
    const outcome = row.reasons.length > 0 ? row.reasons : chunk.outcomes.get(row);
    if (outcome === undefined) throw new Error(`the row of line ${row.row.line} had no outcome`);
    return outcome;
  });
}

/** How many rows, from the first, make one contact of several no more often than a transaction should: each is a flight of its own. */
function mergeable(items: readonly Item[], merges: boolean): number {
  if (!merges) return items.length;
  const several = items.flatMap(({ found }, i) => (found.length > 1 ? [i] : []));
  return several[limits.importMergesMax] ?? items.length;
}
