// The two doors to the database. A tenant door runs statements as a role that row-level security binds to one
// organization; the system door runs as the owner, for what has no organization yet: migrations, sign-in, trusts.
import { Client, type ClientConfig, type QueryResult } from 'pg';
import { type Statement, sql } from './sql.ts';

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
   * @returns the rows of each step, in order.
   */
  flight(steps: readonly Step[]): Promise<Row[][]>;
}

export interface Database {
  tenant(orgId: string): Door;
  readonly system: Door;
  /** A connection of one's own, as the owner, to be ended by the caller: LISTEN, COPY. */
  connect(): Promise<Client>;
  /** @throws where no statement gets through */
  ping(): Promise<void>;
  end(): Promise<void>;
}

export interface DatabaseOptions {
  connection: ClientConfig;
  /** Connections per door. */
  lanes: number;
  /** `session` keeps the organization as a session setting; `transaction` sets it per transaction, as Citus needs. */
  tenancy: 'session' | 'transaction';
  /** The role that tenant statements run as. */
  role: string;
  statementTimeoutMs: number;
}

export function createDatabase(options: DatabaseOptions): Database {
  const base: ClientConfig = {
    ...options.connection,
    pipeline: true,
    keepAlive: true,
    statement_timeout: options.statementTimeoutMs,
    application_name: 'liaison',
  } as ClientConfig;
  const tenants = createLanes({ ...base, options: `-c role=${options.role}` }, options.lanes);
  const owners = createLanes(base, options.lanes);
  const system: Door = createDoor(owners, undefined, options.tenancy);
  return {
    tenant: (orgId) => createDoor(tenants, orgId, options.tenancy),
    system,
    connect: async () => {
      const client = new Client(options.connection);
      await client.connect();
      return client;
    },
    ping: async () => {
      await system.rows(alive, []);
    },
    end: async () => {
      await Promise.all([tenants.end(), owners.end()]);
    },
  };
}

function createDoor(lanes: Lanes, orgId: string | undefined, tenancy: 'session' | 'transaction'): Door {
  if (orgId !== undefined && !UUID.test(orgId)) throw new Error('an organization id must be a UUID');
  const single = (statement: Statement, values: readonly Value[], rowMode?: 'array') =>
    retrying(() => {
      const lane = lanes.pick(orgId);
      if (tenancy === 'transaction' && orgId !== undefined) {
        return transaction(lane, orgId, [[statement, values]], rowMode).then((results) => results[0] as QueryResult);
      }
      return lane.together(() => {
        bind(lane, orgId);
        return lane.send(statement, values, rowMode);
      });
    });
  return {
    rows: async (statement, values) => (await single(statement, values)).rows,
    text: async (statement, values) => (await single(statement, values, 'array')).rows[0]?.[0],
    flight: async (steps) => {
      const results = await retrying(() => {
        const lane = lanes.pick(orgId);
        if (tenancy === 'session') bind(lane, orgId);
        return transaction(lane, tenancy === 'transaction' ? orgId : undefined, steps);
      });
      return results.map((result) => result.rows);
    },
  };
}

/**
 * Makes the lane speak for one organization. A connection answers strictly in the order it was asked, so the setting
 * is in force for whatever is sent after it, and is sent only when the organization changes.
 */
function bind(lane: Lane, orgId: string | undefined): void {
  if (lane.orgId === orgId) return;
  lane.orgId = orgId;
  lane.send(setOrganization, [orgId ?? '']).catch((error: unknown) => lane.close(error));
}

function transaction(lane: Lane, localOrgId: string | undefined, steps: readonly Step[], rowMode?: 'array'): Promise<QueryResult[]> {
  return lane.together(() => {
    const begun = lane.send(begin, []);
    // Citus carries SET LOCAL to its workers, and only as a message of its own; the id is a checked UUID.
    const set = localOrgId === undefined ? [] : [lane.send({ name: '', text: `set local liaison.org_id = '${localOrgId}'` }, [])];
    const sent = steps.map(([statement, values]) => lane.send(statement, values, rowMode));
    const committed = lane.send(commit, []);
    return settle([begun, ...set, ...sent, committed]).then((results) => results.slice(1 + set.length, -1));
  });
}

/** Waits for every promise, then throws the first failure: the one that made the others fail. */
async function settle(promises: Promise<QueryResult>[]): Promise<QueryResult[]> {
  const outcomes = await Promise.allSettled(promises);
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed) throw failed.reason;
  return outcomes.map((outcome) => (outcome as PromiseFulfilledResult<QueryResult>).value);
}

// 40P01 and 40001: another transaction won. 26000: a statement that a failed transaction should have prepared.
const TRANSIENT = new Set(['40P01', '40001', '26000']);
const TRIES = 5;

async function retrying<T>(attempt: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (tries === TRIES || !TRANSIENT.has((error as { code?: string }).code ?? '')) throw error;
    }
  }
}

/** One connection, and how many answers it still owes. */
interface Lane {
  orgId: string | undefined;
  owed: number;
  send(statement: Statement, values: readonly Value[], rowMode?: 'array'): Promise<QueryResult>;
  /** Puts what `work` sends into one packet. */
  together<T>(work: () => T): T;
  close(reason: unknown): void;
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
      send(statement, values, rowMode) {
        lane.owed += 1;
        const query: Record<string, unknown> = { text: statement.text, values };
        if (statement.name) query.name = statement.name;
        if (rowMode) query.rowMode = rowMode;
        return (client.query(query as never) as unknown as Promise<QueryResult>).finally(() => {
          lane.owed -= 1;
        });
      },
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

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const setOrganization = sql`select set_config('liaison.org_id', $1, false)`;
const alive = sql`select 1`;
const begin = sql`begin`;
const commit = sql`commit`;
