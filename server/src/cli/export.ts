// `liaison export`: records of a running server become a file here.
import { existsSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { Config } from '../config.ts';
import type { Wire } from '../families/wire.ts';
import { type Api, connect, Failure } from './api.ts';
import { credentialsOf } from './credentials.ts';
import { divisionId } from './layout.ts';
import { Misspoken, type Options } from './options.ts';
import { save } from './save.ts';
import { count, interruptible, say } from './terminal.ts';

type Export = Wire['LiaisonExport'];

const KINDS: Record<string, Export['kind']> = {
  contacts: 'contact',
  organizations: 'organization',
  notes: 'contactNote',
  'organization-notes': 'organizationNote',
  relationships: 'relationship',
};
const FORMATS = ['csv', 'ndjson'] as const;
const EVERY_MS = 500;

export const EXPORT_HELP = `liaison export: records of a running server as a file

  liaison export [${Object.keys(KINDS).join('|')}]

  --format csv|ndjson     csv if left out
  --gzip                  compressed
  --filter JSON           only records that are so, as in deep searches: '{"field": "lastName", "eq": "Lovelace"}'
  --division DIVISION …   only of these divisions: names, ids, or * for unassigned
  -o, --output FILE       where it goes, - for standard output; else here, under the name of what it has

  --url URL, --client-id ID --client-secret SECRET, --token TOKEN
                          where and as whom, as "liaison import --help" says
  --json                  the result as JSON
`;

/** @returns the exit code */
export async function exportFile([noun = 'contacts']: string[], options: Options, config: Config): Promise<number> {
  const kind = Object.hasOwn(KINDS, noun) ? KINDS[noun] : undefined;
  if (!kind) throw new Misspoken(`"${noun}" cannot be exported. There are: ${Object.keys(KINDS).join(', ')}.`);
  const format = FORMATS.find((one) => one === (options.format ?? 'csv'));
  if (!format) throw new Misspoken(`--format is "${options.format}"; it takes one of: ${FORMATS.join(', ')}.`);
  const gzip = options.gzip ?? false;
  const filter = readFilter(options.filter);
  const file = options.output ?? `${noun}.${format}${gzip ? '.gz' : ''}`;
  if (options.output === undefined && existsSync(file)) throw new Failure(`${file} is there already: say another by -o, or this one to write over it.`);
  if (options.json && file === '-') throw new Misspoken('The file and the result cannot both go to standard output: give -o another, or leave out --json.');

  const api = await connect(credentialsOf(options, process.env, config));
  const divisionIds = await Promise.all((options.division ?? []).map((words) => divisionId(api, words)));
  const asked = { kind, format, gzip, ...(filter === undefined ? {} : { filter }), ...(divisionIds.length > 0 ? { divisionIds } : {}) };
  const { id } = await api.send<Export>('POST', '/liaison/v1/exports', asked);
  const path = `/liaison/v1/exports/${id}`;
  const done = await interruptible(`The export goes on on the server; GET ${path} has a link to its file once it has succeeded.`, () => written(api, path));
  const bytes = await save(await api.open(done.downloadUrl as string), file);
  const result = `${count(done.resultRowCount ?? 0)} ${noun}, ${count(bytes)} bytes: ${file}`;
  if (options.json) process.stdout.write(`${JSON.stringify({ ...done, file }, null, 2)}\n`);
  else if (file === '-') say(result);
  else process.stdout.write(`${result}\n`);
  return 0;
}

function readFilter(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch (error) {
    throw new Misspoken(`--filter is no JSON (${(error as Error).message}).`);
  }
}

async function written(api: Api, path: string): Promise<Export> {
  for (;;) {
    const found = await api.get<Export>(path);
    if (found.status === 'FAILED') throw new Failure(`The export failed: ${found.statusDetails ?? 'the server does not say why.'}`);
    if (found.status === 'SUCCEEDED') return found;
    await pause(EVERY_MS);
  }
}
