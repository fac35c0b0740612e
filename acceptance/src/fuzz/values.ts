// Values that a schema allows, at random, and ways to break one rule of it.
import { nounOf, nounOfText } from '../contract-words.ts';
import type { Contract, Schema } from '../served-contract.ts';
import type { Memory } from './memory.ts';
import { noisyText, noisyValue, Raw } from './noise.ts';
import type { Random } from './random.ts';
import { specialValue } from './special.ts';

const WORDS = [
  'Ann',
  'Lee',
  'Müller',
  'Νίκος',
  '李雷',
  'أحمد',
  'O’Brien',
  'Renée',
  'smith',
  'Acme',
  'GmbH',
  'مؤسسة',
  '😀',
  'x',
  'de la',
  'N.V.',
  '&',
  '"quoted"',
  '50%',
  "d'Arc",
  'İstanbul',
  'A_b',
  '100',
];

export function validValue(contract: Contract, memory: Memory, random: Random, schema: Schema, name: string, depth = 0): unknown {
  const flat = contract.flat(schema);
  const again = random.chance(0.25) ? memory.object(referenceOf(schema), random) : undefined;
  if (again !== undefined) return again;
  if (flat.enum) return random.pick(flat.enum);
  switch (flat.type) {
    case 'object':
      return validObject(contract, memory, random, flat, name, depth);
    case 'array': {
      const least = flat.minItems ?? 0;
      const count = Math.min(flat.maxItems ?? 3, Math.max(least, random.between(0, 3)));
      return Array.from({ length: count }, () => validValue(contract, memory, random, flat.items ?? {}, name, depth + 1));
    }
    case 'integer':
      return validInteger(random, flat);
    case 'number':
      return random.next() * 100;
    case 'boolean':
      return random.chance(0.5);
    case 'string':
      return validText(memory, random, flat, name);
    default:
      return random.pick([1, 'text', null, { any: 'thing' }, ['list']]);
  }
}

/** What a schema is called, with or without rules of its own beside it. */
export const referenceOf = (schema: Schema): string => schema.$ref ?? schema.allOf?.[0]?.$ref ?? '';

function validObject(contract: Contract, memory: Memory, random: Random, schema: Schema, name: string, depth: number): unknown {
  const object: Record<string, unknown> = {};
  // The rest of a reference is the other record's, and mostly left out.
  const isReference = depth > 0 && contract.collections.has(nounOf(name));
  const isItem = name.endsWith(ITEM);
  const noun = nounOf(name.replace(ITEM, ''));
  const share = depth === 0 ? random.next() : isReference && random.chance(0.8) ? 0 : 0.3;
  for (const [property, inner] of Object.entries(schema.properties ?? {})) {
    const needed = schema.required?.includes(property) || (property === 'id' && (isReference || isItem)) || inner['x-item-by-item'] || property === 'changes';
    if (!needed && (depth > 3 || !random.chance(share))) continue;
    const special = specialValue({ contract, memory, random, valid: validValue }, noun, property);
    const meant = property === 'id' ? `${noun}Id` : inner['x-item-by-item'] ? `${noun}${ITEM}` : property;
    object[property] = special === undefined ? validValue(contract, memory, random, inner, meant, depth + 1) : special;
  }
  return object;
}

/** Behind the noun of an item of a bulk operation, which is whole and no reference. */
const ITEM = ' item';

function validInteger(random: Random, { minimum, maximum }: Schema): number {
  const [least, most] = [minimum ?? -5, maximum ?? 1_000_000];
  if (random.chance(0.2)) return random.pick([least, most]);
  return random.between(Math.max(least, Math.min(0, most)), Math.min(most, Math.max(least, 5)));
}

function validText(memory: Memory, random: Random, schema: Schema, name: string): string {
  const noun = nounOfText(name, schema.pattern);
  if (noun !== undefined) {
    if (noun === 'division' && random.chance(0.15)) return '*';
    const known = random.chance(0.85) ? memory.id(noun, random) : undefined;
    if (known !== undefined) return known;
    if (random.chance(0.5)) return newId(random);
  }
  const again = random.chance(0.3) ? memory.text(random) : undefined;
  if (again !== undefined && fits(schema, again)) return again;
  const text = newText(random, schema, name);
  if (text.length < 60) memory.remember(text);
  return text;
}

function newText(random: Random, schema: Schema, name: string): string {
  const number = random.between(0, 999_999);
  switch (schema.format) {
    case 'email':
      return random.pick([`a${number}@example.com`, `Ünï.${number}@exämple.de`, `${'x'.repeat(60)}${number}@e.example`, `A${number}@EXAMPLE.COM`]);
    case 'http-url':
      return random.pick([
        `https://host${number % 7}.example/${number}`,
        `http://[::1]:${number % 65536}/`,
        `HTTP://HOST.EXAMPLE/?a=${number}#b`,
        `https://user:pass@host.example/%F0`,
      ]);
    case 'uri-template-url':
      return `https://host.example/{{externalId.value}}/${number}`;
    case 'date-time':
      return new Date(number * 1_000_000).toISOString();
    case 'uuid':
      return newId(random);
  }
  if (schema.pattern?.startsWith('^[0-9a-fA-F]{8}')) return newId(random);
  if (name === 'secret') return `whsec_${Buffer.from(`${number}`.padStart(random.between(20, 40), 'x')).toString('base64')}`;
  if (name === 'display' || name === 'lookupVal' || random.chance(0.05))
    return random.pick([`+1317${1_000_000 + number}`, `(317) 555-${number}`, `0${number} ext. 5`, `+49 30 ${number}`, `tel:${number}`, 'no number']);
  const words = Array.from({ length: random.pick([1, 1, 2, 3, 40]) }, () => random.pick(WORDS));
  const texts = [[...words, number].join(' '), `word_${number}`, 'US', 'a', '1'].map((text) => clip(text, schema.maxLength));
  return texts.find((text) => fits(schema, text)) ?? 'a';
}

const clip = (text: string, most = 1000): string => [...text].slice(0, most).join('');

const fits = (schema: Schema, text: string): boolean =>
  [...text].length <= (schema.maxLength ?? Number.POSITIVE_INFINITY) &&
  [...text].length >= (schema.minLength ?? 0) &&
  (schema.format === undefined || text.includes('@') === (schema.format === 'email')) &&
  new RegExp(schema.pattern ?? '', 'u').test(text);

export function newId(random: Random): string {
  const hex = (length: number) => Array.from({ length }, () => random.between(0, 15).toString(16)).join('');
  return `${hex(8)}-${hex(4)}-7${hex(3)}-a${hex(3)}-${hex(12)}`;
}

/** Breaks one rule somewhere in a valid value; gives back what to put in its place. */
export function breakOne(contract: Contract, random: Random, schema: Schema, value: unknown): unknown {
  const flat = contract.flat(schema);
  if (flat.type === 'array' && Array.isArray(value)) {
    if (value.length > 0 && random.chance(0.6)) return value.with(random.between(0, value.length - 1), breakOne(contract, random, flat.items ?? {}, value[0]));
    return random.pick([Array.from({ length: (flat.maxItems ?? 1000) + 1 }, () => value[0] ?? 'x'), { 0: value[0] }, [null], [[value]], 'x']);
  }
  if (flat.type === 'object' && typeof value === 'object' && value !== null) {
    const object = { ...(value as Record<string, unknown>) };
    const name = random.pick(Object.keys(flat.properties ?? {}));
    if (name === undefined || random.chance(0.1)) return random.pick([[object], 'x', 1, null, true]);
    if (flat.required?.includes(name) && random.chance(0.4)) delete object[name];
    else object[name] = breakOne(contract, random, flat.properties?.[name] ?? {}, object[name]);
    return object;
  }
  return brokenScalar(random, flat, value);
}

function brokenScalar(random: Random, schema: Schema, value: unknown): unknown {
  const faults: unknown[] = [noisyValue(random, 2), {}, [], [value], null, new Raw('1e400')];
  if (schema.type === 'string') faults.push(1, true, 'x'.repeat((schema.maxLength ?? 10_000) + 1), '', '   ', noisyText(random), noisyText(random));
  if (schema.enum) faults.push(String(schema.enum[0]).toLowerCase(), 'NONE_OF_THESE', `${schema.enum[0]} `);
  if (schema.type === 'integer') faults.push((schema.minimum ?? 0) - 1, (schema.maximum ?? 2 ** 53) + 1, 1.5, '1', new Raw('99999999999999999999'));
  if (schema.type === 'boolean') faults.push('true', 0, 1, 'false');
  return random.pick(faults);
}
