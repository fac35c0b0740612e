// One request of the contract at random: as it should be, with one rule broken, or noise.
import { nounOf, WORDS } from '../contract-words.ts';
import { type Contract, nounOfPath, type Operation, type Parameter } from '../served-contract.ts';
import type { LinkedMemory } from './memory.ts';
import { CONTENT_TYPES, noisyBody, noisyEncoded, noisyQuery, noisyValue, toJson } from './noise.ts';
import type { Random } from './random.ts';
import { breakOne, newId, validValue } from './values.ts';

export type Kind = 'valid' | 'broken' | 'noise' | 'session';

export interface Shot {
  operation: Operation;
  kind: Kind;
  method: string;
  /** Path and query, percent-encoded well or badly. */
  url: string;
  /** Path ids by name, decoded, where they were meant to be such. */
  path: Record<string, string>;
  headers: Record<string, string>;
  body?: Buffer;
}

const SHARE_OF_GAPS = 0.02;

export function makeShot(contract: Contract, operations: { built: Operation[]; gaps: Operation[] }, memory: LinkedMemory, random: Random): Shot {
  const operation = random.pick(operations.gaps.length > 0 && random.chance(SHARE_OF_GAPS) ? operations.gaps : operations.built);
  const kind = random.pick<Kind>(['valid', 'valid', 'valid', 'valid', 'broken', 'broken', 'broken', 'noise', 'noise']);
  const hasBody = operation.body !== undefined;
  // Where the broken rule or the noise is put.
  const spots = ['query', 'path', 'headers', ...(hasBody ? ['body', 'body', 'body', 'body'] : [])].filter(
    (spot) => (spot !== 'query' || operation.method !== 'HEAD') && (spot !== 'path' || operation.path.includes('{')),
  );
  const spot = kind === 'valid' ? 'none' : random.pick(spots);
  const path = pathOf(contract, operation, memory, random);
  const segments = operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    spot === 'path' ? noisyEncoded(random) : encodeURIComponent(path[name] as string),
  );
  const query = queryOf(contract, operation, memory, random, spot === 'query' ? kind : 'valid');
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  addHeaders(operation, headers, memory, random, spot === 'headers');
  if (spot === 'headers') breakHeaders(headers, random);
  const body = hasBody || (kind === 'noise' && random.chance(0.05)) ? bodyOf(contract, operation, memory, random, spot === 'body' ? kind : 'valid') : undefined;
  return {
    operation,
    kind,
    method: operation.method,
    url: query ? `${segments}?${query}` : segments,
    path,
    headers,
    ...(body && operation.method !== 'HEAD' ? { body } : {}),
  };
}

function pathOf(contract: Contract, operation: Operation, memory: LinkedMemory, random: Random): Record<string, string> {
  const chain = random.chance(0.85) ? memory.chain(operation.path, random) : undefined;
  const ids = Object.entries(chain ?? {});
  return Object.fromEntries(
    operation.parameters
      .filter(({ name }) => operation.path.includes(`{${name}}`))
      .map(({ name, schema }) => {
        const known = ids.find(([other]) => other === name)?.[1] ?? (random.chance(0.9) ? memory.id(nounOf(name), random) : undefined);
        if (known !== undefined) return [name, known];
        if (WORDS[name] !== undefined && random.chance(0.8)) return [name, WORDS[name]];
        return [name, schema.format === 'uuid' ? newId(random) : String(validValue(contract, memory, random, schema, name) || 'x')];
      }),
  );
}

function queryOf(contract: Contract, operation: Operation, memory: LinkedMemory, random: Random, kind: Kind): string {
  const known = operation.parameters.filter(({ name }) => !operation.path.includes(`{${name}}`));
  const chosen = known.filter(({ required }) => required || random.chance(0.3));
  const parts = chosen.map((parameter) => `${parameter.name}=${encodeQuery(queryValue(contract, operation, parameter, memory, random), random)}`);
  if (kind === 'broken') {
    const parameter = random.pick(known);
    if (parameter) parts.push(`${parameter.name}=${encodeQuery(brokenQuery(contract, parameter, random), random)}`);
  } else if (kind === 'noise') {
    for (let i = random.between(1, 3); i > 0; i -= 1)
      parts.push(
        noisyQuery(
          random,
          known.map(({ name }) => name),
        ),
      );
  }
  return parts.join('&');
}

const IN_XURRENT: Record<string, string[]> = { fields: ['id', 'id,label', 'name,sourceID'], sort: ['', '-name,id'], state: ['', 'enabled'] };

function queryValue(contract: Contract, operation: Operation, { name, schema }: Parameter, memory: LinkedMemory, random: Random): string {
  if (name === 'cursor') return memory.cursor(operation, random) ?? 'bm8';
  if (name === 'permission') return random.pick(contract.operations.flatMap(({ permissions }) => permissions?.of ?? []));
  // Seconds, which the request then takes.
  if (name === 'after') return random.pick(['now', memory.id('event', random) ?? 'now', memory.cursor(operation, random) ?? 'now']);
  // The second dialect takes names of fields, and knows filters by name.
  const words = operation.path.startsWith('/v1/') ? IN_XURRENT[name] : undefined;
  if (words) return random.pick(words);
  if (name === 'wait') return random.pick(['0', '1']);
  if (name === 'pageNumber' || name === 'pageSize') return String(random.pick([1, 1, 2, 3, 25]));
  if (name === 'sortOrder' && !schema.enum)
    return `${random.pick(['lastName', 'firstName', 'name', 'title', 'createDate', 'relationship', 'ascending', 'descending', 'ASC'])}${random.pick(['', ':asc', ':desc'])}`;
  if (name === 'q' || name === 'query' || name === 'lookupVal') return memory.text(random) ?? 'smith';
  const meant = /^ids?$/.test(name) ? `${nounOfPath(contract, operation.path)}Id` : name;
  const value = validValue(contract, memory, random, schema, meant);
  return Array.isArray(value) ? value.join(',') : String(value);
}

function brokenQuery(contract: Contract, { schema }: Parameter, random: Random): string {
  const value = breakOne(contract, random, schema, 'x');
  return typeof value === 'string' ? value : toJson(value).slice(0, 2000);
}

function encodeQuery(text: string, random: Random): string {
  const encoded = encodeURIComponent(text.slice(0, 1000).toWellFormed());
  return random.chance(0.3) ? encoded.replaceAll('%20', '+').replaceAll('%2C', ',').replaceAll('%3A', ':') : encoded;
}

/** Headers that mean something to some operations: what makes a request repeatable or conditional, or resumes a stream. */
function addHeaders(operation: Operation, headers: Record<string, string>, memory: LinkedMemory, random: Random, broken: boolean): void {
  const noise = () => (broken && random.chance(0.5) ? random.pick(HEADER_NOISE) : undefined);
  if (operation.method === 'POST' && random.chance(0.2))
    headers['idempotency-key'] = noise() ?? (random.chance(0.3) ? `again ${random.between(1, 50)}` : newId(random));
  if (random.chance(operation.method === 'GET' ? 0.02 : 0.15)) headers['if-match'] = noise() ?? `"${random.pick([1, 1, 1, 2, 3])}"`;
  if (operation.path.endsWith('/stream') && random.chance(0.3)) headers['last-event-id'] = noise() ?? memory.id('event', random) ?? newId(random);
}

const HEADER_NOISE = [
  '',
  ' ',
  '*',
  '"',
  '""',
  '"x"',
  'W/"1"',
  '1',
  '"1", "2"',
  '"99999999999999999999"',
  '"-1"',
  'x'.repeat(255),
  'x'.repeat(256),
  '\u00e9',
  'a\tb',
  '{}',
];

function breakHeaders(headers: Record<string, string>, random: Random): void {
  if (random.chance(0.8)) headers['content-type'] = random.pick(CONTENT_TYPES);
  else if (random.chance(0.5)) delete headers['content-type'];
  else
    headers.authorization = random.pick([
      '',
      'Bearer',
      'Bearer x',
      'Basic YTpi',
      'bearer  ',
      `Bearer ${'A'.repeat(54)}`,
      `Bearer ${'A'.repeat(4000)}`,
      'Bearer \u00e9',
    ]);
}

function bodyOf(contract: Contract, operation: Operation, memory: LinkedMemory, random: Random, kind: Kind): Buffer | undefined {
  if (kind === 'noise' && random.chance(0.3)) return noisyBody(random);
  const { schema } = operation.body ?? { schema: {} };
  const name = `${nounOfPath(contract, operation.path)}Ids`;
  const value = continued(operation, memory, random, validValue(contract, memory, random, schema, name));
  if (kind === 'valid') return Buffer.from(toJson(value));
  if (kind === 'broken') return Buffer.from(toJson(breakOne(contract, random, schema, value)));
  if (typeof value !== 'object' || value === null || random.chance(0.2)) return Buffer.from(toJson(noisyValue(random)));
  const [at] = random.chance(0.8) ? [random.pick(Object.keys(value))] : [random.pick(['__proto__', 'extra', '', 'constructor', 'id', 'selfUri'])];
  return Buffer.from(toJson({ ...value, [at ?? 'extra']: noisyValue(random) }));
}

/** A body with a cursor mostly asks what the page before it was asked for, as no other is taken with it. */
function continued(operation: Operation, memory: LinkedMemory, random: Random, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('cursor' in value)) return value;
  const cursor = memory.cursor(operation, random);
  return random.chance(0.7) ? { cursor, limit: 1 } : { ...value, cursor };
}
