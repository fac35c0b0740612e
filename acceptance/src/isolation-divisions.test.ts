// Two divisions of one organization: whoever may do everything in one sees and changes nothing of the other, neither by
// its id, nor by naming it, nor by asking around it: searches, sorting, totals, expansions, look-ups (G20, G21).
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeClient, makeDivision, makeRole, must } from './access-callers.ts';
import { build, type Cast, control, createCast, masked, only, type Position, populate, type Request, withId } from './contract-walk.ts';
import { databaseOf } from './database-of.ts';
import { nounOfPath, type Operation, readContract, type Schema } from './served-contract.ts';
import { type Answer, startServer } from './server.ts';

const NOBODY = '01890000-0000-7000-8000-000000000000';

const server = await startServer({ LIAISON_RATE_LIMIT: '0' });
const { client: database, fingerprint, makeTrustor } = await databaseOf(server);
afterAll(async () => {
  await database.end();
  await server.stop();
});
const contract = await readContract(server);
const { organizationId } = server.firstRun;
const [hiddenDivision, openDivision] = [(await makeDivision(server)).id, (await makeDivision(server)).id];
const given = { trustor: () => makeTrustor(organizationId) };
const open = createCast(server, contract, 'heron', server.token, { ...given, division: openDivision });
// External sources lie in no division: both use the same.
const hidden = createCast(server, contract, 'zanzibar', server.token, { ...given, division: hiddenDivision, externalSource: await open.id('externalSource') });

await populate(open);
await populate(hidden);

/** Nouns whose records say in which division they lie. */
const divided = new Set([...contract.collections].filter(([, [made]]) => made && fieldsOf(answerOf(made)).includes('division')).map(([noun]) => noun));
/** What the server itself says is granted by division. */
const aware = await divisionAwarePermissions();
const built = contract.operations.filter(({ gap, permissions }) => !gap && permissions?.of.every((permission) => aware.has(permission)));
const role = await makeRole(server, ...aware);
const inHidden = (await makeClient(server, [{ roleId: role.id, divisionId: hiddenDivision }])).token;
const inOpen = (await makeClient(server, [{ roleId: role.id, divisionId: openDivision }])).token;

test('there are nouns with divisions, and operations on them', () => {
  expect([...divided].sort()).toEqual(expect.arrayContaining(['contact', 'externalOrganization', 'note', 'relationship', 'user']));
  expect(built.length).toBeGreaterThan(50);
});

describe('a record of another division, by its id in the path', () => {
  const onRecords = built.filter(({ parameters, path }) => parameters.some(({ name }) => path.includes(`{${name}}`) && divided.has(name.replace(/Id$/, ''))));

  test.each(onRecords.map((operation) => [operation.id, operation] as const))('%s', async (_, operation) => {
    const request = await build(hidden, operation, { fresh: operation.method !== 'GET' });
    const before = await fingerprint(organizationId);
    const answer = await hidden.send(request, inOpen);
    const shown = `${operation.id}: ${answer.status} ${answer.text}`;
    expect([403, 404], shown).toContain(answer.status);
    expect(answer.text).not.toContain('zanzibar');
    expect(await fingerprint(organizationId), shown).toBe(before);
    const nowhere = await hidden.send(
      request.positions.filter(({ where }) => where === 'path').reduce((changed, position) => withId(changed, position, NOBODY), request),
      inOpen,
    );
    expect([answer.status, masked(answer.text)], shown).toEqual([nowhere.status, masked(nowhere.text)]);
    const allowed = await control(hidden, request, inHidden);
    expect(allowed.status, `${operation.id} in its own division: ${allowed.text}`).toBeLessThan(300);
  });
});

describe('a record of another division, named in a body', () => {
  const naming = built.filter(({ body }) => body);

  test.each(naming.map((operation) => [operation.id, operation] as const))('%s', async (_, operation) => {
    const requests = async () => [await build(open, operation, { fresh: true }), await build(hidden, operation, { fresh: true })] as const;
    const [first] = await requests();
    for (const position of first.positions.filter((position) => position.where === 'body' && isHidden(operation, position))) {
      const narrowed = (request: Request) => only(contract, request, position);
      const enough = (await control(open, narrowed((await requests())[0]), inOpen)).status < 300 ? narrowed : (request: Request) => request;
      const [mine, theirs] = await requests();
      const answer = await open.send(withId(enough(mine), position, idAt(theirs, position)), inOpen);
      const nowhere = await open.send(withId(enough(mine), position, NOBODY), inOpen);
      const shown = `${operation.id} ${position.trail.join('.')}: ${answer.status} ${answer.text}`;
      expect([answer.status, masked(answer.text)], shown).toEqual([nowhere.status, masked(nowhere.text)]);
      expect(answer.text).not.toContain('zanzibar');
      const allowed = await control(open, enough(mine), inOpen);
      expect(allowed.status, `${operation.id} in its own division: ${allowed.text}`).toBeLessThan(300);
    }
  });
});

/**
 * Whether a division hides what the id names. A colleague may be named by whoever knows the id, in a relationship or a
 * grant, as the API asks for no permission on users there; only operations on users ask for their division.
 */
function isHidden({ permissions }: Operation, { noun }: Position): boolean {
  if (noun === 'user') return permissions?.of.every((permission) => permission.startsWith('directory:user:')) ?? false;
  return divided.has(noun) || noun === 'division';
}

describe('side doors', () => {
  let before: Answers;
  let after: Answers;

  beforeAll(async () => {
    await crossLinks();
    const old = await secrets();
    expect((await changeHidden()).size).toBeGreaterThan(3);
    const now = await secrets();
    const asked = await questions([...new Set([...old.texts, ...now.texts])], [...old.identifiers, ...now.identifiers]);
    before = await ask(asked);
    await changeHidden();
    await addHidden();
    after = await ask(asked);
  }, 120_000);

  test('there are many questions, all are understood, and their answers change for whoever may see', () => {
    expect(before.size).toBeGreaterThan(300);
    const answers = [...before].map(([question, { open: mine, hidden: theirs }]) => ({ operation: JSON.parse(question)[0], mine, theirs }));
    expect(answers.filter(({ mine, theirs }) => mine.startsWith('5') || theirs.startsWith('5'))).toEqual([]);
    const answered = new Set(answers.filter(({ mine }) => mine.startsWith('200')).map(({ operation }) => operation));
    expect(answers.map(({ operation }) => operation).filter((operation) => !answered.has(operation))).toEqual([]);
    expect([...before].filter(([question, { hidden: answer }]) => answer !== after.get(question)?.hidden).length).toBeGreaterThan(50);
  });

  test('no answer shows anything of the hidden division', () => {
    expect(
      [...before].filter(([, { open: answer }]) => /zanzibar/i.test(withoutQuestion(answer))).map(([question, { open: answer }]) => `${question}: ${answer}`),
    ).toEqual([]);
  });

  test('no answer changes with what is hidden', () => {
    expect(
      [...before]
        .filter(([question, { open: answer }]) => answer !== after.get(question)?.open)
        .map(([question, { open: answer }]) => `${question}: ${answer}`),
    ).toEqual([]);
  });
});

// Questions ------------------------------------------------------------------------------------------------------------

/** Records that stand with one foot in each division: a contact of ours at their company, and the other way about. */
async function crossLinks(): Promise<void> {
  await contactAt(open, hidden);
  await contactAt(hidden, open);
}

async function contactAt(cast: Cast, other: Cast): Promise<void> {
  const [made] = contract.collections.get('contact') ?? [];
  const request = await build(cast, made as Operation);
  const position = request.positions.find(({ noun }) => noun === 'externalOrganization') as Position;
  expect((await cast.send(withId(request, position, await other.id('externalOrganization')))).status).toBe(200);
}

/** One more of everything, so that totals and orders move for whoever may see. */
async function addHidden(): Promise<void> {
  await populate(hidden, divided, true);
  await contactAt(hidden, open);
}

/** Every text of the hidden records, and every identifier that one of them has. */
async function secrets(): Promise<{ texts: string[]; identifiers: object[] }> {
  const texts = new Set<string>();
  const identifiers: object[] = [];
  for (const read of [...divided].flatMap(readersOf)) {
    const { body } = await hidden.send(await build(hidden, read), inHidden);
    collect(body, texts);
    const listed = contract.operations.find(({ path, method }) => method === 'GET' && path === `${read.path}/identifiers`);
    if (listed) identifiers.push(...(await hidden.send(await build(hidden, listed), inHidden)).body.entities);
  }
  return { texts: [...texts], identifiers };
}

/** Writes all hidden records anew, with other texts in every field. */
async function changeHidden(): Promise<Set<string>> {
  const changed = new Set<string>();
  for (const noun of divided) {
    for (const write of contract.operations.filter(
      ({ gap, method, path }) => !gap && (method === 'PUT' || method === 'PATCH') && readersOf(noun).some((read) => read.path === path),
    )) {
      const answer = await hidden.send(await build(hidden, write));
      if (answer.status >= 300) throw new Error(`${write.id}: ${answer.status} ${answer.text}`);
      changed.add(noun);
    }
  }
  return changed;
}

/** Every reading operation on what lies in divisions, asked in every way that its parameters know. */
async function questions(texts: string[], identifiers: object[]): Promise<Request[]> {
  const asked: Request[] = [];
  for (const operation of built.filter(({ permissions, path }) => permissions?.of.every((permission) => /:view(All)?$/.test(permission)) && isDivided(path))) {
    const request = await build(open, operation);
    asked.push(request);
    if (operation.body) asked.push(...bodies(operation.body.schema, request, texts, identifiers));
    for (const { name, schema } of operation.parameters.filter(({ in: where }) => where === 'query')) {
      const values = [...valuesOf(name, schema, texts), ...(name === 'sortOrder' ? await sorts(request) : [])];
      asked.push(...values.map((value) => ({ ...request, query: { ...request.query, [name]: value } })));
    }
  }
  return asked;
}

/** Whether an operation reads records that lie in divisions, or look-ups of any. */
function isDivided(path: string): boolean {
  const noun = nounOfPath(contract, path);
  return noun === undefined || divided.has(noun);
}

function valuesOf(name: string, schema: Schema, texts: string[]): string[] {
  const choices = schema.enum ?? schema.items?.enum;
  if (choices) return [...choices, choices.join(',')];
  if (/division/i.test(name)) return [hiddenDivision, openDivision, '*', ...(schema.type === 'array' ? [`${hiddenDivision},${openDivision}`] : [])];
  if (schema.type === 'boolean') return ['true', 'false'];
  if (name === 'pageNumber') return ['1', '2'];
  if (schema.type === 'integer') return [String(schema.minimum ?? 1)];
  return ['q', 'lookupVal', 'name'].includes(name) ? texts : [];
}

/** The fields that a listing can be sorted by, as it says itself when asked for another. */
async function sorts(request: Request): Promise<string[]> {
  const { status, body } = await open.send({ ...request, query: { ...request.query, sortOrder: 'nonsense' } });
  if (status !== 400) return ['ascending', 'descending'];
  const [, fields = ''] = /one of ([\w, ]+), with/.exec(body.message) ?? [];
  return fields.split(', ').flatMap((field) => [`${field}:asc`, `${field}:desc`]);
}

/** Bodies of look-ups and searches: each identifier, and each text wherever a text can stand. */
function bodies(schema: Schema, request: Request, texts: string[], identifiers: object[]): Request[] {
  const takesIdentifiers = ['type', 'value'].every((name) => contract.flat(schema).required?.includes(name));
  const asked = takesIdentifiers ? identifiers : texts.map((text) => filled(schema, text));
  return asked.map((body) => ({ ...request, body }));
}

function filled(schema: Schema, text: string): unknown {
  const flat = contract.flat(schema);
  if (flat.maxItems === 0) return undefined;
  if (flat.items) return flat.items.enum ?? [filled(flat.items, text)];
  if (flat.properties) return Object.fromEntries(Object.entries(flat.properties).map(([name, inner]) => [name, filled(inner, text)]));
  if (flat.enum) return flat.enum.includes('CONTAINS') ? 'CONTAINS' : flat.enum[0];
  return flat.type === 'string' ? text : flat.minimum;
}

/** What each caller is told, by question. */
type Answers = Map<string, Record<'open' | 'hidden', string>>;

const IN_FLIGHT = 16;

async function ask(asked: Request[]): Promise<Answers> {
  const answers: Answers = new Map();
  const rest = [...asked];
  await Promise.all(
    Array.from({ length: IN_FLIGHT }, async () => {
      for (let request = rest.pop(); request; request = rest.pop()) {
        const [mine, theirs] = [await open.send(request, inOpen), await open.send(request, inHidden)];
        answers.set(JSON.stringify([request.operation.id, request.query, request.body]), { open: readable(mine), hidden: readable(theirs) });
      }
    }),
  );
  return answers;
}

const readable = ({ status, text }: Answer) => `${status} ${text.replaceAll(/"contextId":"[^"]*"/g, '').replaceAll(/(cursor=|"after"\s*:\s*")[\w-]+/g, '$1')}`;

/** Links and messages repeat what was asked; nothing else may have it. */
const withoutQuestion = (answer: string) => answer.replaceAll(/"(\w+Uri|message|value|reason)"\s*:\s*"(?:[^"\\]|\\.)*"/g, '');

// The contract --------------------------------------------------------------------------------------------------------

async function divisionAwarePermissions(): Promise<Set<string>> {
  const { entities } = await must(server, 'GET', '/api/v2/authorization/permissions?pageSize=500');
  const permissions = entities.flatMap(
    ({ permissionMap }: { permissionMap: Record<string, { domain: string; entityType: string; action: string; divisionAware: boolean }[]> }) =>
      Object.values(permissionMap).flat(),
  );
  return new Set(
    permissions
      .filter(({ divisionAware }: { divisionAware: boolean }) => divisionAware)
      .map(({ domain, entityType, action }: Record<string, string>) => `${domain}:${entityType}:${action}`),
  );
}

function answerOf({ path, method }: Operation): Schema {
  const paths = contract.document.paths as Record<string, Record<string, { responses: Record<string, { content?: Record<string, { schema: Schema }> }> }>>;
  return paths[path]?.[method.toLowerCase()]?.responses['200']?.content?.['application/json']?.schema ?? {};
}

function fieldsOf(schema: Schema): string[] {
  return Object.keys(contract.flat(schema).properties ?? {});
}

/** The operations that read one record of the noun. */
function readersOf(noun: string): Operation[] {
  return (contract.collections.get(noun) ?? []).flatMap((made) =>
    contract.operations.filter(
      ({ gap, method, path }) => !gap && method === 'GET' && path.startsWith(`${made.path}/{`) && !path.slice(made.path.length + 1).includes('/'),
    ),
  );
}

function idAt({ body }: Request, { trail }: Position): string {
  let value: unknown = body;
  for (const part of trail) value = (value as Record<string | number, unknown>)[part];
  return value as string;
}

function collect(value: unknown, texts: Set<string>): void {
  if (typeof value === 'string' && !/^\/|^[0-9a-f]{8}-|^\d{4}-\d\d-\d\dT/.test(value) && value.length > 2) texts.add(value);
  else if (typeof value === 'object' && value !== null) for (const inner of Object.values(value)) collect(inner, texts);
}
