// Set-shaped writes. A single record is a set of one: what a bulk operation does with a thousand items, the single
// operation does with its one, so that no rule is written twice. One faulty item never fails the others: what is wrong
// with an item by itself is told before anything is sent, and what the database objects to is asked for afterwards, item
// by item, and the rest is sent again.
import type { Door, Step } from '../db/database.ts';
import { Refusal, refuse } from '../http/errors.ts';
import type { Author, Divisions, Principal } from '../http/principal.ts';
import { isObjection, TRIES } from './guarded.ts';

/** Who writes, and where he may. */
export interface Writing {
  principal: Principal;
  door: Door;
  divisions: Divisions;
  author: Author;
}

/** A record as a write left it; of a deleted one there is nothing to show. */
export interface Written {
  id: string;
  version?: number;
  body: string;
}

/** What came of one item. */
export type Outcome = Written | Refusal;

/** A record to be replaced; with a version, only where it still has that. */
export interface Replacement<Body> {
  id: string;
  body: Body;
  version?: number | undefined;
}

export interface Removal {
  id: string;
  version?: number | undefined;
}

/** How records of one kind are written, each set in one flight. */
export interface Writes<Body> {
  create(call: Writing, bodies: readonly (Body | Refusal)[]): Promise<Outcome[]>;
  update(call: Writing, replacements: readonly (Replacement<Body> | Refusal)[]): Promise<Outcome[]>;
  remove(call: Writing, removals: readonly (Removal | Refusal)[]): Promise<Outcome[]>;
}

/** A new record as it goes into its table. */
export interface Draft {
  id: string;
}

/** The same where `create` may be done in two parts, the first of them before there is a transaction. */
export interface DraftedWrites<Body> extends Writes<Body> {
  /** @returns what makes a draft of each of the bodies, with an id that it had before or a new one, or tells why none can be made */
  drafter(call: Omit<Writing, 'author'>, bodies: readonly Body[]): Promise<(body: Body, id?: string) => Draft | Refusal>;
  /** Answers without the bodies. */
  insert(call: Writing, drafts: readonly (Draft | Refusal)[]): Promise<Outcome[]>;
}

/** A record that goes from one division to another. */
export interface Move {
  ownerId: string;
  from: string;
  to: string;
}

/** What hangs on records of another kind, and goes where they go: other slices' part in a flight. */
export interface Dependents {
  /** Before the owners are deleted. */
  goes(author: Author, ownerIds: string[]): Step[];
  /** After the owners have changed their divisions. */
  moved(author: Author, moves: Move[]): Step[];
}

interface Set<Row> {
  /** A guard first, so that all rows are written or none; the last statement answers `record_id`, `version` and `body` of each. */
  steps(rows: Row[]): readonly Step[];
  /** Why each of the rows may not be written, as far as it can be seen. */
  explain(rows: Row[]): Promise<(Refusal | undefined)[]>;
}

/** The outcomes of rows with ids that are all different, in their order; what is refused already stays so. */
export async function writeAll<Row extends { id: string }>(door: Door, rows: readonly (Row | Refusal)[], { steps, explain }: Set<Row>): Promise<Outcome[]> {
  const outcomes = new Map<Row, Outcome>();
  let open = rows.filter((row): row is Row => !(row instanceof Refusal));
  for (let tries = 1; open.length > 0; ) {
    try {
      const written = new Map((await door.flight(steps(open))).at(-1)?.map((row) => [row.record_id, row]));
      for (const row of open) outcomes.set(row, writtenOf(row.id, written.get(row.id)));
      break;
    } catch (error) {
      if (!isObjection(error)) throw error;
      const refusals = await explain(open);
      const stuck = refusals.every((refusal) => refusal === undefined) && tries++ === TRIES;
      const giveUp = stuck ? refuse('conflict', { params: { reason: 'It keeps changing; try again.' }, cause: error }) : undefined;
      for (const [i, row] of open.entries()) {
        const refusal = refusals[i] ?? giveUp;
        if (refusal) outcomes.set(row, refusal);
      }
      open = open.filter((row) => !outcomes.has(row));
    }
  }
  return rows.map((row) => (row instanceof Refusal ? row : (outcomes.get(row) as Outcome)));
}

function writtenOf(id: string, row: Record<string, unknown> | undefined): Written {
  if (!row) throw new Error(`a flight answered nothing for ${id}`);
  return row.body === undefined ? { id, body: '{}' } : { id, body: row.body as string, version: row.version as number };
}

/**
 * The same for rows of which several may be of one record: each record's first rows go together, then its second ones,
 * so that they are applied in order.
 */
export async function inTurn<Row extends { id: string }>(
  rows: readonly (Row | Refusal)[],
  write: (rows: (Row | Refusal)[]) => Promise<Outcome[]>,
): Promise<Outcome[]> {
  const seen = new Map<string, number>();
  const turns: number[][] = [];
  for (const [i, row] of rows.entries()) {
    const turn = row instanceof Refusal ? 0 : (seen.get(row.id) ?? 0);
    if (!(row instanceof Refusal)) seen.set(row.id, turn + 1);
    turns[turn] ??= [];
    turns[turn].push(i);
  }
  const outcomes: Outcome[] = [];
  for (const turn of turns) {
    const answered = await write(turn.map((i) => rows[i] as Row | Refusal));
    for (const [k, i] of turn.entries()) outcomes[i] = answered[k] as Outcome;
  }
  return outcomes;
}

/** Each item read, or why it cannot be. */
export function readAll<Item, Row>(items: readonly (Item | Refusal)[], read: (item: Item) => Row): (Row | Refusal)[] {
  return items.map((item) => (item instanceof Refusal ? item : orRefusal(() => read(item))));
}

/** What the work comes to, or the refusal that it throws. */
export function orRefusal<T>(work: () => T): T | Refusal {
  try {
    return work();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

/** The outcome of a set of one, as a single operation answers it. @throws Refusal */
export async function single(outcomes: Promise<Outcome[]>): Promise<{ status: 200; body: string; version?: number }> {
  const [outcome] = await outcomes;
  if (outcome === undefined || outcome instanceof Refusal) throw outcome ?? new Error('a set of one had no outcome');
  return { status: 200, body: outcome.body, ...(outcome.version === undefined ? {} : { version: outcome.version }) };
}
