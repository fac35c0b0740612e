// All that somebody may ask who looks for records that are hidden from him: every reading operation on what lies in
// divisions, in every way that its parameters and its body know, with what he would guess (G21).
import { build, type Request } from './contract-walk.ts';
import { CUSTOM_FIELD } from './contract-words.ts';
import { nounOfPath, type Operation, type Parameter, type Schema } from './served-contract.ts';
import { answerOf, HIDDEN_WORD, readersOf, type TwoDivisions } from './two-divisions.ts';

export interface Secrets {
  /** Every text of the hidden records. */
  texts: string[];
  identifiers: object[];
  ids: string[];
}

/** What the hidden records hold at the moment. */
export async function readSecrets({ contract, divided, hidden, inHidden }: TwoDivisions): Promise<Secrets> {
  const texts = new Set<string>();
  const identifiers: object[] = [];
  const ids: string[] = [];
  for (const read of [...divided].flatMap((noun) => readersOf(contract, noun))) {
    const { body } = await hidden.send(await build(hidden, read), inHidden);
    collect(body, texts);
    ids.push(body.id);
    const listed = contract.operations.find(({ path, method }) => method === 'GET' && path === `${read.path}/identifiers`);
    if (listed) identifiers.push(...(await hidden.send(await build(hidden, listed), inHidden)).body.entities);
  }
  return { texts: [...texts], identifiers, ids };
}

function collect(value: unknown, texts: Set<string>): void {
  if (typeof value === 'string' && !/^\/|^[0-9a-f]{8}-|^\d{4}-\d\d-\d\dT/.test(value) && value.length > 2) texts.add(value);
  else if (typeof value === 'object' && value !== null) for (const inner of Object.values(value)) collect(inner, texts);
}

export async function questions(world: TwoDivisions, secrets: Secrets): Promise<Request[]> {
  const { contract, divided, built, open } = world;
  const isDivided = (path: string) => {
    const noun = nounOfPath(contract, path);
    return noun === undefined || divided.has(noun);
  };
  const asked: Request[] = [];
  for (const operation of built.filter(({ permissions, path }) => permissions?.of.every((permission) => /:view(All)?$/.test(permission)) && isDivided(path))) {
    const request = await build(open, operation);
    asked.push(request);
    if (isSearch(world, operation)) asked.push(...(await searches(world, request, secrets.texts)));
    else if (operation.body) asked.push(...bodies(world, operation.body.schema, request, secrets));
    for (const parameter of operation.parameters.filter(({ in: where }) => where === 'query')) {
      const values = [...valuesOf(world, parameter, secrets), ...(parameter.name === 'sortOrder' ? await sorts(world, request) : [])];
      asked.push(...values.map((value) => ({ ...request, query: { ...request.query, [parameter.name]: value } })));
    }
  }
  return asked;
}

/** A moment before all records, and one behind them. */
const MOMENTS = ['2020-01-01T00:00:00.000Z', '2100-01-01T00:00:00.000Z'];

function valuesOf({ openDivision, hiddenDivision }: TwoDivisions, { name, schema }: Parameter, { texts, ids }: Secrets): string[] {
  const choices = schema.enum ?? schema.items?.enum;
  if (choices) return schema.type === 'array' ? [...choices, choices.join(',')] : choices;
  if (/division/i.test(name)) return [hiddenDivision, openDivision, '*', ...(schema.type === 'array' ? [`${hiddenDivision},${openDivision}`] : [])];
  if (schema.type === 'boolean') return ['true', 'false'];
  if (name === 'pageNumber') return ['1', '2'];
  if (schema.type === 'integer') return [String(schema.minimum ?? 1)];
  if (name === 'topics') return ids.flatMap((id) => ['contacts', 'organizations', 'relationships'].map((noun) => `v2.externalcontacts.${noun}.${id}`));
  if (name === 'entityId') return ids;
  if (['modifiedSince', 'from', 'to'].includes(name)) return MOMENTS;
  return ['q', 'lookupVal', 'name'].includes(name) ? texts : [];
}

/** The fields that a listing can be sorted by, as it says itself when asked for another. */
async function sorts({ open }: TwoDivisions, request: Request): Promise<string[]> {
  const { status, body } = await open.send({ ...request, query: { ...request.query, sortOrder: 'nonsense' } });
  if (status !== 400) return ['ascending', 'descending'];
  const [, fields = ''] = /one of ([\w, ]+), with/.exec(body.message) ?? [];
  return fields.split(', ').flatMap((field) => [`${field}:asc`, `${field}:desc`]);
}

/** Bodies of look-ups and searches: each identifier, each id, and each text wherever a text can stand. */
function bodies(world: TwoDivisions, schema: Schema, request: Request, { texts, identifiers, ids }: Secrets): Request[] {
  const { required, properties } = world.contract.flat(schema);
  const takesIdentifiers = ['type', 'value'].every((name) => required?.includes(name));
  const byText = () => (properties?.entities?.['x-item-by-item'] ? [ids] : texts).map((text) => filled(world, schema, text));
  return (takesIdentifiers ? identifiers : byText()).map((body) => ({ ...request, body }));
}

/** @param text a text for every place that takes one, or several for the items of a list */
function filled(world: TwoDivisions, schema: Schema, text: string | string[]): unknown {
  const flat = world.contract.flat(schema);
  if (flat.maxItems === 0) return undefined;
  if (flat.items) return flat.items.enum ?? [text].flat().map((one) => filled(world, flat.items as Schema, one));
  if (flat.properties) return Object.fromEntries(Object.entries(flat.properties).map(([name, inner]) => [name, filled(world, inner, text)]));
  if (flat.enum) return flat.enum.includes('CONTAINS') ? 'CONTAINS' : flat.enum[0];
  return flat.type === 'string' ? text : flat.minimum;
}

// Deep searches --------------------------------------------------------------------------------------------------------

const isSearch = ({ contract }: TwoDivisions, { body }: Operation): boolean => body !== undefined && 'filter' in (contract.flat(body.schema).properties ?? {});

/** Conditions of a filter. */
const CONDITIONS_MAX = 25;

/** Each text in any field, as a whole, as a beginning and as what a field is not; each order; what fields there are. */
async function searches(world: TwoDivisions, request: Request, texts: string[]): Promise<Request[]> {
  const fields = await filterable(world, request);
  const groups = Array.from({ length: Math.ceil(fields.length / CONDITIONS_MAX) }, (_, i) => fields.slice(i * CONDITIONS_MAX, (i + 1) * CONDITIONS_MAX));
  const anywhere = (operator: string, value: unknown) => groups.map((group) => ({ or: group.map((field) => ({ field, [operator]: value })) }));
  const beginnings = [HIDDEN_WORD.slice(0, 3), HIDDEN_WORD, HIDDEN_WORD.toUpperCase()];
  const filters = [
    ...texts.flatMap((text) => anywhere('prefix', text)),
    ...texts.flatMap((text) => anywhere('eq', text)),
    ...[...beginnings, ...texts.slice(0, 5)].flatMap((text) => anywhere('prefix', text)).flatMap((filter) => [filter, { not: filter }]),
    ...fields.flatMap((field) => [true, false].map((exists) => ({ field, exists }))),
    ...MOMENTS.flatMap((moment) =>
      ['createDate', 'modifyDate'].flatMap((field) => [
        { field, gte: moment },
        { field, lt: moment },
      ]),
    ),
  ];
  const properties = world.contract.flat(request.operation.body?.schema ?? {}).properties ?? {};
  const orders = world.contract.flat(properties.sort?.items ?? {}).properties?.field?.enum ?? [];
  const asked: object[] = [
    {},
    { expand: properties.expand?.items?.enum },
    ...[world.hiddenDivision, world.openDivision, '*'].map((id) => ({ divisionIds: [id] })),
    ...[HIDDEN_WORD, ...texts].map((q) => ({ q })),
    ...filters.map((filter) => ({ filter })),
    ...orders.flatMap((field) => ['asc', 'desc'].flatMap((direction) => [1, 25].map((limit) => ({ sort: [{ field, direction }], limit })))),
  ];
  return asked.map((body) => ({ ...request, body }));
}

/** Paths of texts and ids by which the server lets one filter. */
async function filterable({ contract, open }: TwoDivisions, request: Request): Promise<string[]> {
  const entity = contract.flat(answerOf(contract, request.operation)).properties?.entities?.items as Schema & { anyOf: Schema[] };
  const paths = [...pathsOf((schema) => contract.flat(schema), entity.anyOf[0] as Schema), `customFields.${CUSTOM_FIELD}`];
  const found: string[] = [];
  for (const field of new Set(paths)) {
    const { status } = await open.send({ ...request, body: { filter: { field, exists: true } } });
    if (status === 200) found.push(field);
  }
  return found;
}

function pathsOf(flat: (schema: Schema) => Schema, schema: Schema, depth = 0): string[] {
  const { type, items, properties } = flat(schema);
  if (items) return pathsOf(flat, items, depth);
  if (type === 'string') return [''];
  if (depth > 3) return [];
  return Object.entries(properties ?? {}).flatMap(([name, inner]) => pathsOf(flat, inner, depth + 1).map((rest) => (rest ? `${name}.${rest}` : name)));
}
