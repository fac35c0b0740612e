// The words of the command line: every option there is, whichever command knows it.
import { parseArgs } from 'node:util';

/** The words cannot be understood: exit 2. */
export class Misspoken extends Error {}

const OPTIONS = {
  org: { type: 'string' },
  name: { type: 'string' },
  role: { type: 'string' },
  password: { type: 'string' },
  permission: { type: 'string', multiple: true },
  description: { type: 'string' },
  division: { type: 'string', multiple: true },
  grant: { type: 'string' },
  user: { type: 'string' },
  target: { type: 'string' },
  'redirect-uri': { type: 'string', multiple: true },
  url: { type: 'string' },
  token: { type: 'string' },
  'client-id': { type: 'string' },
  'client-secret': { type: 'string' },
  source: { type: 'string' },
  map: { type: 'string', multiple: true },
  match: { type: 'string' },
  merge: { type: 'boolean' },
  settings: { type: 'string' },
  'dry-run': { type: 'boolean' },
  yes: { type: 'boolean', short: 'y' },
  rejects: { type: 'string' },
  replace: { type: 'string', multiple: true },
  follow: { type: 'string' },
  undo: { type: 'string' },
  format: { type: 'string' },
  gzip: { type: 'boolean' },
  filter: { type: 'string' },
  output: { type: 'string', short: 'o' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

export type Options = ReturnType<typeof parse>['values'];

const parse = (args: string[]) => parseArgs({ args, options: OPTIONS, allowPositionals: true });

/** @throws Misspoken */
export function readWords(args: string[]): ReturnType<typeof parse> {
  try {
    return parse(args);
  } catch (error) {
    throw new Misspoken((error as Error).message);
  }
}
