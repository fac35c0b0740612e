// Every code has a line in docs/errors.md, with its status and its sentence, and every line has a code.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { catalogue } from './errors.ts';

const page = readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8');
const rows = [...page.matchAll(/^\| `([\w.]+)` \| (\d{3}) \| (.+?) \| (.+?) \| (.+?) \|$/gm)];

test('docs/errors.md says of every code what the catalogue says', () => {
  const said = Object.fromEntries(rows.map(([, code, status, sentence]) => [code, [Number(status), sentence]]));
  expect(said).toEqual(catalogue);
});

test('docs/errors.md has one line for each code', () => {
  expect(rows.map(([, code]) => code).sort()).toEqual(Object.keys(catalogue).sort());
});
