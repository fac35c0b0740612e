// Values whose rules no schema has: changes of single fields, filters, schemas of custom fields and what stands in them.
import { CUSTOM_FIELD, WORDS } from '../contract-words.ts';
import type { Contract, Schema } from '../served-contract.ts';
import type { Memory } from './memory.ts';
import { noisyValue } from './noise.ts';
import type { Random } from './random.ts';

interface Making {
  contract: Contract;
  memory: Memory;
  random: Random;
  /** A value that a schema allows. */
  valid(contract: Contract, memory: Memory, random: Random, schema: Schema, name: string, depth: number): unknown;
}

/** The value of a property of a body about the noun; undefined where its schema says enough. */
export function specialValue(making: Making, noun: string, property: string): unknown {
  const { contract, memory, random } = making;
  const model = contract.schema(MODELS[noun] ?? '');
  if (property === 'changes' && model) return listOf(random, 4, () => changeOf(making, model));
  if (property === 'filter' && model) return filterOf(making, model, 1);
  if (property === 'fields' && model && noun !== 'user') return listOf(random, 3, () => fieldOf(contract, random, model).path);
  // Of all records, or of those that happen to match, others have some that nobody else is to touch.
  if (property === 'everything') return false;
  // The one act that takes the changes which are always there.
  if (property === 'act') return 'edit';
  if (property === 'search') return { q: 'nobody of that name' };
  if (property === 'contactIds' || property === 'ids')
    return [...new Set(listOf(random, 4, () => memory.id('contact', random)))].filter((id) => id !== undefined);
  // The one that stands in the path.
  if (property === 'conversationId') return WORDS.conversationId;
  if (property === 'jsonSchema') return { title: 'Fields', properties: Object.fromEntries(definitionsOf(random)) };
  // Most records are in their first.
  if (property === 'version') return random.chance(0.7) ? 1 : random.between(0, 5);
  if (property === 'customFields') return Object.fromEntries(definitionsOf(random).map(([name]) => [name, customValue(memory, random, name)]));
  return undefined;
}

const MODELS: Record<string, string> = {
  contact: 'ExternalContact',
  externalOrganization: 'ExternalOrganization',
  note: 'Note',
  relationship: 'Relationship',
};

const listOf = <T>(random: Random, most: number, one: () => T): T[] => Array.from({ length: random.between(1, most) }, one);

/** A path into the model, as deep as chance has it, and the schema at its end. */
function fieldOf(contract: Contract, random: Random, model: Schema): { path: string; schema: Schema; name: string } {
  const names: string[] = [];
  let schema = contract.flat(model);
  for (;;) {
    const known = Object.keys(schema.properties ?? {});
    if (known.length === 0 || (names.length > 0 && random.chance(0.3)) || names.length > 4) break;
    const name = random.pick(known);
    names.push(name);
    schema = contract.flat(schema.properties?.[name] ?? {});
    if (schema.items && random.chance(0.5)) schema = contract.flat(schema.items);
  }
  if (names.at(-1) === 'customFields' && random.chance(0.8)) names.push(random.pick(FIELDS)[0]);
  const [last = '', before = ''] = names.toReversed();
  return { path: names.join('.'), schema, name: last === 'id' ? `${before}Id` : last };
}

const ACTIONS = ['Update', 'Update', 'UpdateIfEmpty', 'UpdateIfExists', 'AppendToCollection', 'Remove', 'RemoveFromCollection'];

function changeOf({ contract, memory, random, valid }: Making, model: Schema): object {
  const { path, schema, name } = fieldOf(contract, random, model);
  const value = random.chance(0.8) ? valid(contract, memory, random, schema, name, 2) : noisyValue(random, 2);
  return { field: `$.${path}`, action: random.pick(ACTIONS), value };
}

const OPERATORS = ['eq', 'eq', 'prefix', 'prefix', 'in', 'exists', 'gt', 'gte', 'lt', 'lte'];

function filterOf(making: Making, model: Schema, depth: number): object {
  const { contract, memory, random, valid } = making;
  if (depth < 9 && random.chance(0.35)) {
    const join = random.pick(['and', 'or', 'not']);
    const part = () => filterOf(making, model, depth + 1);
    return { [join]: join === 'not' ? part() : listOf(random, 4, part) };
  }
  const { path, schema, name } = fieldOf(contract, random, model);
  const value = () => (random.chance(0.7) ? valid(contract, memory, random, schema.items ?? schema, name, 4) : (memory.text(random) ?? noisyValue(random, 2)));
  const test = (operator: string) => (operator === 'exists' ? random.chance(0.5) : operator === 'in' ? listOf(random, 3, value) : value());
  return { field: path, ...Object.fromEntries(listOf(random, 2, () => random.pick(OPERATORS)).map((operator) => [operator, test(operator)])) };
}

// Custom fields --------------------------------------------------------------------------------------------------------

const LENGTHS = { minLength: 0, maxLength: 100 };
const FIELDS: [name: string, constraints: object][] = [
  [CUSTOM_FIELD, LENGTHS],
  ['story_longtext', LENGTHS],
  ['site_url', LENGTHS],
  ['badge_identifier', LENGTHS],
  ['tier_enum', { enum: ['gold', 'silver'] }],
  ['born_date', {}],
  ['met_datetime', {}],
  ['visits_integer', { minimum: 0, maximum: 1000 }],
  ['score_number', { minimum: 0, maximum: 1 }],
  ['friend_checkbox', {}],
  ['labels_tag', { items: { minLength: 1, maxLength: 20 }, minItems: 0, maxItems: 10, uniqueItems: true }],
];

/** By convention a key ends in its core type. */
const typeOf = (name: string) => name.slice(name.lastIndexOf('_') + 1);

function definitionsOf(random: Random): [string, object][] {
  return FIELDS.filter(() => random.chance(0.4)).map(([name, constraints]) => [
    name,
    { allOf: [{ $ref: `#/definitions/${typeOf(name)}` }], title: name, description: name, ...constraints },
  ]);
}

function customValue(memory: Memory, random: Random, name: string): unknown {
  if (random.chance(0.1)) return noisyValue(random, 2);
  const values: Record<string, unknown> = {
    url: 'https://host.example/a',
    enum: random.pick(['gold', 'silver', 'tin']),
    date: '1815-12-10',
    datetime: '2021-01-01T00:00:00.000Z',
    integer: random.between(0, 1001),
    number: random.next(),
    checkbox: random.chance(0.5),
    tag: listOf(random, 3, () => (memory.text(random) ?? 'tag').slice(0, 20)),
  };
  return values[typeOf(name)] ?? memory.text(random) ?? 'text';
}
