// Transactions whose statements hang on one another: work that asks, decides and writes, all of which comes true or none.
// Each has a connection to itself for as long as it lasts, so there are few of them, apart from the lanes of the doors.
import { type ClientConfig, Pool, type PoolClient, type QueryResult } from 'pg';
import { begin, commit, planOnce } from './control.ts';
import type { Door, Step } from './database.ts';
import { retrying, settle } from './retry.ts';
import { type Statement, sql } from './sql.ts';

/** As many at the same time; whoever comes later waits. More would keep a small database from everybody else's work. */
export const TRANSACTIONS_MAX = 8;

export interface Transactions {
  /** @param orgId a UUID, which is not checked again */
  run<T>(orgId: string, work: (door: Door) => Promise<T>): Promise<T>;
  end(): Promise<void>;
}

/**
 * @param config of connections that take the tenant role
 * @param waitMs the most that work waits for its turn, and that a transaction may do nothing
 */
export function createTransactions(config: ClientConfig, waitMs: number, onBackend?: (pid: number) => void): Transactions {
  const options = { ...config, max: TRANSACTIONS_MAX, connectionTimeoutMillis: waitMs, idle_in_transaction_session_timeout: waitMs };
  const pool = new Pool(options);
  // A connection that is lost fails what it is asked next; without a listener it would end the process.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => {
    client.on('error', () => undefined);
    onBackend?.((client as PoolClient & { processID: number }).processID);
  });
  return {
    run: (orgId, work) => retrying(() => attempt(pool, orgId, work)),
    end: () => pool.end(),
  };
}

async function attempt<T>(pool: Pool, orgId: string, work: (door: Door) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  const afterwards: (() => void)[] = [];
  let result: T;
  try {
    // SET LOCAL in both modes of tenancy, so that no connection carries an organization from one transaction to the
    // next; the id is a checked UUID.
    await settle([send(client, begin), client.query(`set local liaison.org_id = '${orgId}'`)]);
    const { door, close } = createDoor(client, afterwards);
    result = await work(door).finally(close);
    const { command } = await send(client, commit);
    // A transaction that has failed is rolled back by COMMIT, which does not count as an error.
    if (command !== 'COMMIT') throw new Error('a transaction was rolled back where it should have been committed');
  } catch (error) {
    await send(client, rollback).then(
      () => client.release(),
      (lost: Error) => client.release(lost),
    );
    throw error;
  }
  client.release();
  for (const act of afterwards) act();
  return result;
}

/** A door into the transaction. What is asked at the same time is answered one after the other. */
function createDoor(client: PoolClient, afterwards: (() => void)[]): { door: Door; close: () => Promise<unknown> } {
  let open = true;
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = (ask: () => Promise<QueryResult[]>): Promise<QueryResult[]> => {
    const asked = turn.then(() => {
      // The connection may speak for another organization by now.
      if (!open) throw new Error('a transaction was asked after its end');
      return ask();
    });
    turn = asked.catch(() => undefined);
    return asked;
  };
  const single = (step: Step, rowMode?: 'array') => inTurn(() => undoable(client, [], [step], [], rowMode)).then(([result]) => result as QueryResult);
  const door: Door = {
    rows: (...step) => single(step).then((result) => result.rows),
    text: (...step) => single(step, 'array').then((result) => result.rows[0]?.[0]),
    flight: (steps) => inTurn(() => undoable(client, [planOnce], steps, [planFreely])).then((results) => results.map((result) => result.rows)),
    afterCommit: (act) => {
      afterwards.push(act);
    },
    async transaction(work) {
      const acts = afterwards.length;
      await inTurn(() => settle([send(client, savepointOfPart)]));
      try {
        const result = await work(door);
        await inTurn(() => settle([send(client, releasePart)]));
        return result;
      } catch (error) {
        afterwards.length = acts;
        await inTurn(() => settle([send(client, rollbackToPart), send(client, releasePart)]));
        throw error;
      }
    },
  };
  const close = () => {
    open = false;
    return turn;
  };
  return { door, close };
}

/** Steps that leave no trace where one of them fails: whoever asked may look for the reason, and ask again. */
async function undoable(client: PoolClient, before: Statement[], steps: readonly Step[], after: Statement[], rowMode?: 'array'): Promise<QueryResult[]> {
  const plain = (statements: Statement[]) => statements.map((statement) => send(client, statement));
  try {
    const first = plain([savepoint, ...before]);
    const sent = steps.map(([statement, values]) => send(client, statement, values, rowMode));
    const results = await settle([...first, ...sent, ...plain([...after, release])]);
    return results.slice(first.length, first.length + sent.length);
  } catch (error) {
    await settle(plain([rollbackToSavepoint, release]));
    throw error;
  }
}

function send(client: PoolClient, { name, text }: Statement, values: Step[1] = [], rowMode?: 'array'): Promise<QueryResult> {
  return client.query({ name, text, values: [...values], ...(rowMode ? { rowMode } : {}) } as never);
}

const rollback = sql`rollback`;
const savepoint = sql`savepoint flight`;
const rollbackToSavepoint = sql`rollback to savepoint flight`;
const release = sql`release savepoint flight`;
// Savepoints of one name hide one another, so that parts may have parts.
const savepointOfPart = sql`savepoint part`;
const rollbackToPart = sql`rollback to savepoint part`;
const releasePart = sql`release savepoint part`;
// After a flight: what is asked one by one may well be a search, which is planned for its values.
const planFreely = sql`select set_config('plan_cache_mode', 'auto', true)`;
