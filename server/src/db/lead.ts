// Work that one process at a time does for all that share a database. Who leads holds an advisory lock of a session of
// its own, which PostgreSQL frees the moment that the process or its connection is gone, however it ended.
import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from 'pg';
import type { Database } from './database.ts';
import { type Statement, sql } from './sql.ts';

/** The work of who leads. */
export interface Term {
  /** @param kept false where somebody else may lead already: whatever is under way must stop and write nothing more */
  end(kept: boolean): Promise<void>;
}

export interface Lead {
  /** Gives the lead up, after its work has ended. */
  close(): Promise<void>;
}

/**
 * Begins a term whenever this process gets the lead, and ends it when the lead is lost or no longer wanted.
 * @param lock a number that stands for the work
 */
export function lead(database: Database, lock: number, begin: () => Term): Lead {
  const closing = new AbortController();
  const running = run(database, lock, begin, closing.signal);
  return {
    close() {
      closing.abort();
      return running;
    },
  };
}

const TRY_AGAIN_MS = 1000;
/** A connection that does not answer for so long counts as lost. */
const SILENT_MS = 5000;

async function run(database: Database, lock: number, begin: () => Term, closing: AbortSignal): Promise<void> {
  while (!closing.aborted) {
    const client = await database.connect().catch(() => undefined);
    if (client) await candidacy(client, lock, begin, closing);
    else await rest(closing);
  }
}

/** As long as one connection lasts. To wait for the lock within one statement would keep VACUUM from its work, so it is tried for. */
async function candidacy(client: Client, lock: number, begin: () => Term, closing: AbortSignal): Promise<void> {
  const lost = new AbortController();
  client.on('error', () => lost.abort());
  client.on('end', () => lost.abort());
  const over = AbortSignal.any([closing, lost.signal]);
  let term: Term | undefined;
  while (!over.aborted) {
    const leads = await ask(client, term ? sign : tryLock, term ? [] : [lock]).catch(() => undefined);
    if (leads === undefined) lost.abort();
    else if (leads && !term && !over.aborted) term = begin();
    await rest(over);
  }
  await term?.end(!lost.signal.aborted);
  await Promise.race([client.end().catch(() => undefined), pause(SILENT_MS, undefined, { ref: false })]);
}

const tryLock = sql`select pg_try_advisory_lock($1) as yes`;
const sign = sql`select true as yes`;

async function ask(client: Client, statement: Statement, values: unknown[]): Promise<boolean> {
  const answer = client.query<{ yes: boolean }>({ name: statement.name, text: statement.text, values });
  const silence = new AbortController();
  const silent = pause(SILENT_MS, undefined, { ref: false, signal: silence.signal }).then(() => Promise.reject(new Error('the database is silent')));
  silent.catch(() => undefined);
  answer.catch(() => undefined);
  return Promise.race([answer, silent])
    .then(({ rows }) => rows[0]?.yes === true)
    .finally(() => silence.abort());
}

const rest = (signal: AbortSignal) => pause(TRY_AGAIN_MS, undefined, { signal, ref: false }).catch(() => undefined);
