// `liaison restore`: what exports wrote as NDJSON becomes records of a running server again, by its bulk operations. They
// get other ids, so what refers to one of them refers to the new one.
import { createHash } from 'node:crypto';
import { createReadStream, writeFileSync } from 'node:fs';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { Config } from '../config.ts';
import { type Api, causeOf, connect, Failure } from './api.ts';
import { credentialsOf } from './credentials.ts';
import { divisionId } from './layout.ts';
import { Misspoken, type Options } from './options.ts';
import { freeName } from './save.ts';
import { count, interruptible, say } from './terminal.ts';

export const RESTORE_HELP = `liaison restore: NDJSON exports into the directory of a running server

  liaison restore FILE…   contacts, organizations, notes and relationships as "liaison export --format ndjson" wrote them,
                          also compressed (.gz), in any order. All become new records: what is there is not looked at.
                          Sent again within a day, the same files make nothing twice

  --replace OLD=NEW …     another id for what the server does not have: of a source, schema, division or user
  --division DIVISION     where it all goes: a name, an id, or * for unassigned; else where it was
  --rejects FILE          where refused records go, with the reasons; else beside the first file, as NAME.rejects.ndjson.
                          Mended, they can be restored by themselves

  --url URL, --client-id ID --client-secret SECRET, --token TOKEN
                          where and as whom, as "liaison import --help" says
  --json                  the result as JSON

It ends with 0 if all went well, 3 if records were refused, 1 if it failed, 2 if it did not understand.
`;

interface Exported {
  [field: string]: unknown;
  id: string;
  selfUri: string;
}

/** In the order in which they refer to one another. */
const KINDS = [
  { noun: 'organizations', path: 'organizations', address: /\/organizations\/[^/]+$/ },
  { noun: 'contacts', path: 'contacts', address: /\/contacts\/[^/]+$/ },
  { noun: 'relationships', path: 'relationships', address: /\/relationships\/[^/]+$/ },
  { noun: 'notes', path: 'notes', address: /\/notes\/[^/]+$/ },
] as const;
type Kind = (typeof KINDS)[number];

const AT_ONCE = 200;

/** @returns the exit code */
export async function restoreFiles(files: string[], options: Options, config: Config): Promise<number> {
  const api = await connect(credentialsOf(options, process.env, config));
  if ((options.division ?? []).length > 1) throw new Misspoken('It all goes into one --division.');
  const [division] = await Promise.all((options.division ?? []).map((words) => divisionId(api, words)));
  const ids = readReplacements(options.replace ?? []);
  const rejects = createRejects(options.rejects ?? freeName((files[0] as string).replace(/\.ndjson(\.gz)?$/, ''), '.rejects.ndjson'));
  const restoring: Restoring = { api, ids, division, rejects, made: Object.fromEntries(KINDS.map(({ noun }) => [noun, 0])) };
  await interruptible('What was sent is there. The same files again go on from here, for a day.', async () => {
    // Each kind by itself, though several may be in one file: what is referred to has to be there first.
    for (const kind of KINDS) for (const file of files) await restoreKind(restoring, kind, file);
  });
  const result = { ...restoring.made, refused: rejects.count(), ...(rejects.count() > 0 ? { rejects: rejects.path } : {}) };
  process.stdout.write(options.json ? `${JSON.stringify(result, null, 2)}\n` : `${summaryOf(restoring.made, result.refused, rejects.path)}\n`);
  return result.refused > 0 ? 3 : 0;
}

function summaryOf(made: Record<string, number>, refused: number, path: string): string {
  const parts = Object.entries(made).flatMap(([noun, number]) => (number > 0 ? [`${count(number)} ${noun}`] : []));
  return `${parts.join(', ') || 'nothing'} restored${refused > 0 ? `, ${count(refused)} refused: ${path}` : ''}`;
}

/** Old id → new one. */
function readReplacements(entries: readonly string[]): Map<string, string> {
  return new Map(
    entries.map((entry) => {
      const [old = '', anew = '', ...more] = entry.split('=').map((id) => id.trim().toLowerCase());
      if (old === '' || anew === '' || more.length > 0) throw new Misspoken(`--replace is "${entry}"; it takes "OLD=NEW".`);
      return [old, anew];
    }),
  );
}

interface Restoring {
  api: Api;
  ids: Map<string, string>;
  division: string | undefined;
  rejects: Rejects;
  made: Record<string, number>;
}

async function restoreKind(restoring: Restoring, kind: Kind, file: string): Promise<void> {
  let chunk: Exported[] = [];
  for await (const record of recordsOf(file)) {
    if (!kind.address.test(record.selfUri)) continue;
    if (chunk.push(record) < AT_ONCE) continue;
    await send(restoring, kind, chunk);
    chunk = [];
  }
  if (chunk.length > 0) await send(restoring, kind, chunk);
}

/** @throws Failure */
async function* recordsOf(file: string): AsyncGenerator<Exported> {
  let number = 0;
  try {
    for await (const line of linesOf(contentOf(file).setEncoding('utf8'))) {
      number += 1;
      if (line.trim() !== '') yield recordIn(line, `line ${number} of ${file}`);
    }
  } catch (error) {
    if (error instanceof Misspoken || error instanceof Failure) throw error;
    throw new Failure(`${file} cannot be read (${causeOf(error)}).`);
  }
}

function contentOf(file: string): Readable {
  const bytes = createReadStream(file);
  if (!file.endsWith('.gz')) return bytes;
  const content = createGunzip();
  // Whoever reads hears of either's failure.
  pipeline(bytes, content, () => undefined);
  return content;
}

async function* linesOf(content: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  for await (const piece of content) {
    const lines = (rest + piece).split('\n');
    rest = lines.pop() as string;
    yield* lines;
  }
  if (rest !== '') yield rest;
}

/** @throws Misspoken */
function recordIn(line: string, where: string): Exported {
  let record: Partial<Exported> | undefined;
  try {
    record = JSON.parse(line);
  } catch {
    // Told below.
  }
  const { id, selfUri } = record ?? {};
  if (typeof id === 'string' && typeof selfUri === 'string' && KINDS.some(({ address }) => address.test(selfUri))) return record as Exported;
  throw new Misspoken(`${where} is no record of an NDJSON export: it has no id and selfUri of one. CSV files are for "liaison import".`);
}

async function send({ api, ids, division, rejects, made }: Restoring, { noun, path }: Kind, records: readonly Exported[]): Promise<void> {
  const entities = records.map((record) => asSent(record, ids, division));
  const body = { entities: entities.map(({ id: _, selfUri: __, ...rest }) => rest) };
  const key = createHash('sha256')
    .update(JSON.stringify(body))
    .update(JSON.stringify(records.map(({ id }) => id)))
    .digest('hex');
  const { results } = await api.send<{ results: Result[] }>('POST', `/api/v2/externalcontacts/bulk/${path}/add`, body, { 'idempotency-key': key });
  for (const [i, result] of results.entries()) {
    const { id } = records[i] as Exported;
    if (result.success) {
      ids.set(id, result.id as string);
      made[noun] = (made[noun] ?? 0) + 1;
    } else rejects.add({ ...(entities[i] as Exported), refused: result.error?.message ?? `status ${result.status}` });
  }
  say(`${count(made[noun] ?? 0)} ${noun}`);
}

interface Result {
  id?: string;
  success: boolean;
  status: number;
  error?: { message?: string };
}

/** A record as its maker sent it, with the ids that hold here. */
function asSent(record: Exported, ids: ReadonlyMap<string, string>, division: string | undefined): Exported {
  const { id, selfUri, refused: _, ...fields } = record;
  const placed = division !== undefined && 'division' in fields ? { ...fields, division: { id: division } } : fields;
  return { id, selfUri, ...(anew(placed, '', ids) as object) };
}

/** References are objects with an id, or an entityId; a phone number shows what was typed. */
function anew(value: unknown, name: string, ids: ReadonlyMap<string, string>): unknown {
  if (typeof value === 'string') return name === 'id' || name === 'entityId' ? (ids.get(value) ?? value) : value;
  if (Array.isArray(value)) return value.map((one) => anew(one, name, ids));
  if (typeof value !== 'object' || value === null) return value;
  const { userInput, selfUri: _, ...fields } = value as { userInput?: string; selfUri?: string };
  const entries = Object.entries(fields).map(([field, one]) => [field, anew(one, field, ids)]);
  return { ...Object.fromEntries(entries), ...(userInput === undefined ? {} : { display: userInput }) };
}

interface Rejects {
  readonly path: string;
  count(): number;
  /** @throws Failure */
  add(record: Exported & { refused: string }): void;
}

/** A file that is there once there is something in it. */
function createRejects(path: string): Rejects {
  let written = 0;
  return {
    path,
    count: () => written,
    add(record) {
      try {
        writeFileSync(path, `${JSON.stringify(record)}\n`, { flag: written === 0 ? 'w' : 'a' });
      } catch (error) {
        throw new Failure(`${path} cannot be written (${causeOf(error)}).`);
      }
      written += 1;
    },
  };
}
