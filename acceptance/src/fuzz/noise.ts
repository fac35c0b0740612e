// Input that nobody sends by intention: what breaks parsers, encodings, number ranges and object models.
import type { Random } from './random.ts';

/** Text that goes into the JSON as it is: numbers that no double holds, keys that stand twice. */
export class Raw {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

// biome-ignore format: a table
const TEXTS = [
  '', ' ', '\0', 'a\0b', '\u0001\u001f\u007f', '\ud800', '\udfff x', 'x\ud83d', '😀👩‍👩‍👧‍👦🏳️‍🌈', 'مرحبا بالعالم', '\u202eevil\u202c', 'שלום', '漢字かな交じり', 'Ååñöß', 'e\u0301\u0301\u0301',
  '\ufeff', '\ufffe', '\u2028\u2029', 'İıſK', 'ﷺ', "' or 1=1 --", '"; drop table contacts; --', '\\', '\\\\x00', "''", '%', '%%', '%00', '%s%n', '$\u007b7*7}', '{{7*7}}', '<script>alert(1)</script>',
  '../../../etc/passwd', '=1+1', '@x', '+1 317 555 0100', 'null', 'undefined', 'NaN', 'true', '0', '-1', '1e9', '*', ':', ':*', "a:* & b", '&|!()', '!!', '"', '"""', 'a,b', ',', ',,,', '#', '?', '/', '//',
  '__proto__', 'constructor', 'toString', '9999999999999999999999', '2026-02-30T25:61:61Z', '00000000-0000-0000-0000-000000000000', '\t\n\r\v\f', 'A'.repeat(300), '😀'.repeat(300),
  'x'.repeat(5000), 'ab '.repeat(3000), '(((((((((((((((((((', '1'.repeat(400), '\u0300'.repeat(500), 'a@b', '@', 'a@@b', 'http://', 'javascript:alert(1)', '{"a":1}', '[]',
] as const;

// biome-ignore format: a table
const NUMBERS = [
  '0', '-0', '1', '-1', '1.5', '-1.5', '2147483647', '2147483648', '-2147483649', '9007199254740991', '9007199254740993', '9223372036854775808', '1e15', '1e21', '1e308', '1e400', '-1e400', '1e-400',
  '123456789012345678901234567890', '0.1e1', '1E5',
] as const;

export const noisyText = (random: Random): string => random.pick(TEXTS);

/** Any JSON value at all. */
export function noisyValue(random: Random, depth = 0): unknown {
  const kind = random.between(0, depth > 3 ? 4 : 8);
  switch (kind) {
    case 0:
      return null;
    case 1:
      return random.chance(0.5);
    case 2:
      return new Raw(random.pick(NUMBERS));
    case 3:
    case 4:
      return noisyText(random);
    case 5:
      return Array.from({ length: random.pick([0, 1, 2, 3, 1200]) }, () => (depth > 1 ? 0 : noisyValue(random, depth + 2)));
    case 6:
      return nested(random, random.pick([3, 50, 2000]));
    case 7:
      return new Raw(`{"a":1,"a":${JSON.stringify(noisyText(random))},"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}`);
    default:
      return Object.fromEntries(Array.from({ length: random.between(0, 4) }, () => [noisyText(random), noisyValue(random, depth + 1)]));
  }
}

function nested(random: Random, depth: number): Raw {
  const [open, close] = random.pick([
    ['[', ']'],
    ['{"a":', '}'],
    ['{"id":', '}'],
  ] as const);
  return new Raw(`${open.repeat(depth)}1${close.repeat(depth)}`);
}

/** A body that is no JSON, or is JSON in a way of its own. */
export function noisyBody(random: Random): Buffer {
  const texts = [
    '',
    ' ',
    '{',
    '[',
    '"',
    '{"a"',
    '{"a":}',
    "{'a':1}",
    '{"a":1}}',
    'null',
    'true',
    '0',
    '""',
    '[]',
    '{}',
    '[null]',
    'NaN',
    '\ufeff{}',
    '{"a":1,}',
    '// x',
    'a=b&c=d',
    '<xml/>',
    '"\\ud800"',
    '{"\\u0000":"\\u0000"}',
  ];
  const broken = [
    Buffer.from([0xff, 0xfe, 0x7b, 0x7d]),
    Buffer.from([0x22, 0xc3, 0x28, 0x22]),
    Buffer.from([0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x7d]),
    Buffer.from([0]),
  ];
  return random.chance(0.7) ? Buffer.from(random.pick(texts)) : random.pick(broken);
}

// biome-ignore format: a table
export const CONTENT_TYPES = [
  'application/json; charset=utf-8', 'application/json;charset=latin1', 'APPLICATION/JSON', 'application/merge-patch+json', 'application/json;', 'text/plain', 'application/xml',
  'multipart/form-data', 'multipart/form-data; boundary=x', 'application/x-www-form-urlencoded', 'application/octet-stream', '*/*', 'json', ';', 'application/json, text/plain',
] as const;

const ESCAPES = [
  '%',
  '%z',
  '%zz',
  '%00',
  '%ff',
  '%c0%80',
  '%ED%A0%80',
  '%F4%90%80%80',
  '%25',
  '%2e%2e%2f',
  '%2F',
  '%5C',
  '%0d%0aX:%20y',
  '+',
  '%20',
  '%u0041',
  '%E2%80%AE',
  '%F0%9F%98%80',
] as const;

/** What may stand behind `name=` in a query, or for an id in a path; percent-encoded well or badly, never empty. */
export function noisyEncoded(random: Random): string {
  if (random.chance(0.5)) return random.pick(ESCAPES);
  const text = noisyText(random).slice(0, 1500).toWellFormed();
  // A path's "." and ".." are for the router; a segment is never empty.
  return encodeURIComponent(text).replaceAll('.', '%2E') || '%20';
}

export function noisyQuery(random: Random, names: readonly string[]): string {
  const odd = [
    '&',
    '=',
    '&&',
    '=a',
    'a',
    'a[b]=c',
    'a[]=1&a[]=2',
    '__proto__=1',
    '__proto__[x]=1',
    'constructor=1',
    'toString=1',
    '?',
    '#'.replace('#', '%23'),
    'a=b=c',
    ';a=1',
  ];
  const name = random.pick([...names, random.pick(names.length > 0 ? names : ['q'])]) ?? 'q';
  const value = () => noisyEncoded(random);
  return random.pick([
    random.pick(odd),
    `${name}=${value()}`,
    `${name}=`,
    name,
    `${name}=${value()}&${name}=${value()}`,
    `${name}=${value()},${value()}`,
    `${name}[]=${value()}`,
  ]);
}

/** JSON text of a value that may hold Raw. */
export function toJson(value: unknown): string {
  if (value instanceof Raw) return value.text;
  if (Array.isArray(value)) return `[${value.map((item) => toJson(item ?? null)).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const parts = Object.entries(value).flatMap(([name, inner]) => (inner === undefined ? [] : [`${JSON.stringify(name)}:${toJson(inner)}`]));
    return `{${parts.join(',')}}`;
  }
  return JSON.stringify(value ?? null);
}
