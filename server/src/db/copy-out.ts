// Rows in any number, out of one snapshot and through constant memory: COPY on a connection of its own, as the tenant
// role. COPY takes no values, so a statement's parameters are read from settings of the transaction; its text is made of
// the statement's by that alone, and stays the same whatever the values are.
import { Transform, type TransformCallback } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Client } from 'pg';
import { to } from 'pg-copy-streams';
import type { Database, Value } from './database.ts';
import { TENANT_ROLE } from './migrate.ts';
import type { Statement } from './sql.ts';

export interface Copied {
  rows: number;
}

/**
 * Hands `sink` the first column of every row as bytes, each followed by `lineEnd`.
 * @param statement answers one column of text; of each of its parameters it says the type somewhere ($4::uuid[])
 * @param values lists of texts or ids, texts, numbers, booleans, or null
 */
export async function copyOut(
  database: Database,
  orgId: string,
  statement: Statement,
  values: readonly Value[],
  lineEnd: string,
  sink: (rows: AsyncIterable<Buffer>) => Promise<void>,
  signal: AbortSignal,
): Promise<Copied> {
  signal.throwIfAborted();
  const client = await database.connect();
  // Ends the statement, too: PostgreSQL notices the next time that it sends something.
  const stop = () => void client.end().catch(() => undefined);
  client.on('error', () => undefined);
  signal.addEventListener('abort', stop);
  try {
    await begin(client, orgId, values);
    const lines = new Lines(lineEnd);
    const source = client.query(to(`copy (${withSettings(statement)}) to stdout (format binary)`, { highWaterMark: CHUNK_BYTES }));
    await pipeline(source, lines, (rows: AsyncIterable<Buffer>) => sink(rows));
    await client.query('commit');
    return { rows: lines.count };
  } finally {
    signal.removeEventListener('abort', stop);
    await client.end().catch(() => undefined);
  }
}

const CHUNK_BYTES = 256 * 1024;

/** However long it takes, no timeout ends it; and it holds its snapshot, and with it VACUUM, no longer than the one statement. */
async function begin(client: Client, orgId: string, values: readonly Value[]): Promise<void> {
  await client.query('begin read only');
  await client.query(`set local role ${TENANT_ROLE}`);
  await client.query('set local statement_timeout = 0');
  await client.query("select set_config('liaison.org_id', $1, true)", [orgId]);
  await client.query("select set_config('liaison.v' || v.at, v.value, true) from unnest($1::text[]) with ordinality v (value, at)", [
    values.map((value) => (value === null || value === undefined ? '' : Array.isArray(value) ? arrayText(value) : String(value))),
  ]);
}

/** An array as PostgreSQL reads one from a text. */
const arrayText = (items: readonly Value[]) => `{${items.map((item) => `"${String(item).replaceAll(/["\\]/g, '\\$&')}"`).join(',')}}`;

/**
 * Each parameter as a subselect without a table, which is evaluated once for the whole statement: the same setting read
 * row by row would be a path or a list that is parsed a million times. The coalesce keeps `any ($4)` from taking it for rows.
 */
export function withSettings({ text }: Statement): string {
  return text.replaceAll(/\$(\d+)/g, (parameter, number) => {
    const type = new RegExp(`\\$${number}::(\\w+(?:\\[\\])?)`).exec(text)?.[1];
    if (type === undefined) throw new Error(`the statement does not say what type ${parameter} is`);
    return `coalesce((select nullif(current_setting('liaison.v${number}'), '')::${type}))`;
  });
}

const HEADER_BYTES = 19;
const FIELD_COUNT_BYTES = 2;
const LENGTH_BYTES = 4;
const PREFIX_BYTES = FIELD_COUNT_BYTES + LENGTH_BYTES;

/**
 * The binary format of COPY as lines: a header, then for each row the number of its fields (16 bits; -1 at the end) and
 * for the one field its length (32 bits) and bytes. The other formats escape what is in a row.
 */
export class Lines extends Transform {
  count = 0;
  readonly #lineEnd: Buffer;
  #skip = HEADER_BYTES;
  /** Bytes of the present row that are still to come; 0 between rows. */
  #left = 0;
  #prefix = Buffer.alloc(PREFIX_BYTES);
  #prefixed = 0;

  constructor(lineEnd: string) {
    super({ highWaterMark: CHUNK_BYTES });
    this.#lineEnd = Buffer.from(lineEnd);
  }

  override _transform(chunk: Buffer, _encoding: string, done: TransformCallback): void {
    // What comes before a row is longer than a line end, so that only a row begun in the chunk before can need more room.
    const out = Buffer.allocUnsafe(chunk.length + this.#lineEnd.length);
    let written = 0;
    let at = Math.min(this.#skip, chunk.length);
    this.#skip -= at;
    while (at < chunk.length) {
      if (this.#prefixed < PREFIX_BYTES) {
        const take = Math.min(PREFIX_BYTES - this.#prefixed, chunk.length - at);
        chunk.copy(this.#prefix, this.#prefixed, at, at + take);
        this.#prefixed += take;
        at += take;
        if (this.#prefixed >= FIELD_COUNT_BYTES && this.#prefix.readInt16BE(0) === -1) break;
        if (this.#prefixed < PREFIX_BYTES) break;
        this.#left = this.#prefix.readInt32BE(FIELD_COUNT_BYTES);
        if (this.#left < 0) {
          done(new Error('a row is null'));
          return;
        }
      }
      const take = Math.min(this.#left, chunk.length - at);
      chunk.copy(out, written, at, at + take);
      written += take;
      at += take;
      this.#left -= take;
      if (this.#left > 0) break;
      written += this.#lineEnd.copy(out, written);
      this.#prefixed = 0;
      this.count += 1;
    }
    done(null, written > 0 ? out.subarray(0, written) : undefined);
  }
}
