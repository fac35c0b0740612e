// The two doors to the database. A tenant door runs statements as a role that row-level security binds to one
// organization; the system door runs as the owner, for what has no organization yet: migrations, sign-in, trusts.
import { Client, type ClientConfig, type QueryResult } from 'pg';
import { begin, commit, planOnce } from './control.ts';
import { isTransient, retrying, settle, TRIES } from './retry.ts';
import { type Statement, sql } from './sql.ts';
import { createTransactions } from './transactions.ts';

export type Value = string | number | boolean | Buffer | Date | null | undefined | readonly Value[];
export type Row = Record<string, unknown>;
export type Step = readonly [Statement, readonly Value[]];

export interface Door {
  /** The rows of one statement. */
  rows<R = Row>(statement: Statement, values: readonly Value[]): Promise<R[]>;
  /** The first column of the first row, which by convention is a finished response body; undefined without a row. */
  text(statement: Statement, values: readonly Value[]): Promise<string | undefined>;
  /**
   * One transaction sent in one round trip: all steps or none. A deadlock or a serialization failure is tried again.
   * Its statements are planned once for all values, which suits what goes by keys (left to itself the planner plans each
   * guard and each reading back anew, a third of what a create costs it), and no sorted list of a small division.
   * @returns the rows of each step, in order.
   */
  flight(steps: readonly Step[]): Promise<Row[][]>;
  /** Acts once all that this door has written is committed: at once, unless it is the door into a transaction. */
  afterCommit(act: () => void): void;
  /**
   * All that the work does through its door, or nothing where it throws: see Database.transaction. Of the door into a
   * transaction it is a part, which alone is undone. Its work must ask nothing of the outer door.
   */
  transaction<T>(work: (door: Door) => Promise<T>): Promise<T>;
}

export interface Database {
  tenant(orgId: string): Door;
  readonly system: Door;
  /**
   * All that the work does through its door, which speaks for the organization, or nothing where it throws. A flight in it
   * that fails leaves no trace, so that the work may go on. After a deadlock or a serialization failure the whole work is
   * done again. It waits for one of a few connections, and therefore must not ask for a transaction of its own.
   */
  transaction<T>(orgId: string, work: (door: Door) => Promise<T>): Promise<T>;
  /** A connection of one's own, as the owner, to be ended by the caller: LISTEN, COPY. */
  connect(): Promise<Client>;
  /** @throws where no statement gets through */
  ping(): Promise<void>;
  end(): Promise<void>;
}

export interface DatabaseOptions {
  /** Without a connection string, whose own `options` would take the place of the role. */
  connection: Omit<ClientConfig, 'connectionString'>;
  /** Connections per door. */
  lanes: number;
  /** `session` keeps the organization as a session setting; `transaction` sets it per transaction, as Citus needs. */
  tenancy: 'session' | 'transaction';
  /** The role that tenant statements run as. */
  role: string;
  statementTimeoutMs: number;
  /** Told each process of PostgreSQL that transactions are done by. */
  onBackend?(pid: number): void;
}

export function createDatabase(options: DatabaseOptions): Database {
  const base: ClientConfig = {
    ...options.connection,
    pipeline: true,
    keepAlive: true,
    statement_timeout: options.statementTimeoutMs,
    // The server keeps the one above; these end the wait for a server that is gone.
    query_timeout: options.statementTimeoutMs + GONE_AFTER_MS,
    connectionTimeoutMillis: GONE_AFTER_MS,
    application_name: 'liaison',
  } as ClientConfig;
  const tenant: ClientConfig = { ...base, options: [options.connection.options, `-c role=${options.role}`].filter(Boolean).join(' ') };
  const tenants = createLanes(tenant, options.lanes);
  const transactions = createTransactions(tenant, options.statementTimeoutMs, options.onBackend);
  const owners = createLanes(base, options.lanes);
  const transaction: Database['transaction'] = async (orgId, work) => transactions.run(organizationId(orgId), work);
  const system: Door = createDoor(owners, undefined, options.tenancy, () => Promise.reject(new Error('the system door has no transactions')));
  return {
    tenant: (orgId) => createDoor(tenants, orgId, options.tenancy, (work) => transaction(orgId, work)),
    system,
    transaction,
    connect: async () => {
      const client = new Client(options.connection);
      await client.connect();
      return client;
    },
    ping: async () => {
      await system.rows(alive, []);
    },
    end: async () => {
      await Promise.all([tenants.end(), owners.end(), transactions.end()]);
    },
  };
}

function createDoor(lanes: Lanes, orgId: string | undefined, tenancy: 'session' | 'transaction', inTransaction: Door['transaction']): Door {
  if (orgId !== undefined) organizationId(orgId);
  const flight = (steps: readonly Step[], rowMode?: 'array') =>
    retrying(() => {
      const lane = lanes.pick(orgId);
      const bound = tenancy === 'session' ? bind(lane, orgId) : undefined;
      return transaction(lane, bound, tenancy === 'transaction' ? orgId : undefined, steps, rowMode);
    });
  const single = (statement: Statement, values: readonly Value[], rowMode?: 'array'): Promise<QueryResult> =>
    tenancy === 'transaction' && orgId !== undefined
      ? flight([[statement, values]], rowMode).then((results) => results[0] as QueryResult)
      : ask(lanes, orgId, statement, values, rowMode);
  return {
    rows: (statement, values) => single(statement, values).then((result) => result.rows),
    text: (statement, values) => single(statement, values, 'array').then((result) => result.rows[0]?.[0]),
    flight: (steps) => flight(steps).then((results) => results.map((result) => result.rows)),
    afterCommit: (act) => act(),
    transaction: inTransaction,
  };
}

/** It goes into the text of SET LOCAL, which takes no values. @throws Error for what is no UUID */
function organizationId(orgId: string): string {
  if (!UUID.test(orgId)) throw new Error('an organization id must be a UUID');
  return orgId;
}

/** One statement by itself: the hottest path of the server, and so with no more promises than its one. */
function ask(lanes: Lanes, orgId: string | undefined, statement: Statement, values: readonly Value[], rowMode?: 'array'): Promise<QueryResult> {
  return new Promise((resolve, reject) => {
    const attempt = (tries: number) => {
      const lane = lanes.pick(orgId);
      lane.together(() => {
        const bound = bind(lane, orgId);
        lane.send(statement, values, rowMode, (error, result) => {
          if (!error) return bound ? bound.then(() => resolve(result), reject) : resolve(result);
          return isTransient(error) && tries < TRIES ? attempt(tries + 1) : reject(error);
        });
      });
    };
    attempt(1);
  });
}

/**
 * Makes the lane speak for one organization. A connection answers strictly in the order it was asked, so the setting
 * is in force for whatever is sent after it, and is sent only when the organization changes.
 * @returns undefined where it speaks for it already; else what has to come true before an answer counts
 */
function bind(lane: Lane, orgId: string | undefined): Promise<QueryResult> | undefined {
  if (lane.orgId === orgId) return undefined;
  lane.orgId = orgId;
  const bound = lane.sent(setOrganization, [orgId ?? '']);
  bound.catch(() => lane.close());
  return bound;
}

function transaction(
  lane: Lane,
  bound: Promise<QueryResult> | undefined,
  localOrgId: string | undefined,
  steps: readonly Step[],
  rowMode?: 'array',
): Promise<QueryResult[]> {
  return lane.together(() => {
    const before = [...(bound ? [bound] : []), lane.sent(begin, []), lane.sent(planOnce, [])];
    // Citus carries SET LOCAL to its workers, and only as a message of its own; the id is a checked UUID.
    if (localOrgId !== undefined) before.push(lane.sent({ name: '', text: `set local liaison.org_id = '${localOrgId}'` }, []));
    const sent = steps.map(([statement, values]) => lane.sent(statement, values, rowMode));
    return settle([...before, ...sent, lane.sent(commit, [])]).then((results) => results.slice(before.length, -1));
  });
}

type Answered = (error: Error | null, result: QueryResult) => void;

/** One connection, and how many answers it still owes. */
interface Lane {
  orgId: string | undefined;
  owed: number;
  send(statement: Statement, values: readonly Value[], rowMode: 'array' | undefined, answered: Answered): void;
  /** The same as a promise. */
  sent(statement: Statement, values: readonly Value[], rowMode?: 'array'): Promise<QueryResult>;
  /** Puts what `work` sends into one packet. */
  together<T>(work: () => T): T;
  close(): void;
}

interface Lanes {
  pick(orgId: string | undefined): Lane;
  end(): Promise<void>;
}

function createLanes(config: ClientConfig, most: number): Lanes {
  const lanes = new Map<Lane, Client>();
  const open = (): Lane => {
    const client = new Client(config);
    const drop = () => {
      lanes.delete(lane);
    };
    const lane: Lane = {
      orgId: undefined,
      owed: 0,
      send(statement, values, rowMode, answered) {
        lane.owed += 1;
        const query: Record<string, unknown> = { text: statement.text, values };
        if (statement.name) query.name = statement.name;
        if (rowMode) query.rowMode = rowMode;
        client.query(
          query as never,
          ((error: Error | null, result: QueryResult) => {
            lane.owed -= 1;
            answered(error, result);
          }) as never,
        );
      },
      sent: (statement, values, rowMode) =>
        new Promise((resolve, reject) => {
          lane.send(statement, values, rowMode, (error, result) => (error ? reject(error) : resolve(result)));
        }),
      together(work) {
        const stream = (client as unknown as { connection: { stream: { cork(): void; uncork(): void } } }).connection.stream;
        stream.cork();
        try {
          return work();
        } finally {
          stream.uncork();
        }
      },
      close() {
        drop();
        client.end().catch(() => undefined);
      },
    };
    lanes.set(lane, client);
    client.on('error', drop);
    client.on('end', drop);
    client.connect().catch(drop);
    return lane;
  };
  return {
    pick(orgId) {
      let best: Lane | undefined;
      for (const lane of lanes.keys()) {
        if (!best || lane.owed < best.owed || (lane.owed === best.owed && lane.orgId === orgId && best.orgId !== orgId)) best = lane;
      }
      return best && (best.owed === 0 || lanes.size >= most) ? best : open();
    },
    async end() {
      await Promise.all([...lanes.values()].map((client) => client.end().catch(() => undefined)));
      lanes.clear();
    },
  };
}

const GONE_AFTER_MS = 5000;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const setOrganization = sql`select set_config('liaison.org_id', $1, false)`;
const alive = sql`select 1`;
