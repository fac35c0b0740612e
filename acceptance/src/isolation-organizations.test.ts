// Two organizations on one server: every operation of the contract, with an id of the other organization in every place
// where an id can stand, answers as if that id were nobody's, and changes nothing there (G20). For each refusal there is
// the same request by the owner, which succeeds.
import { afterAll, describe, expect, test } from 'vitest';
import { must } from './access-callers.ts';
import { build, control, createCast, isOfToken, isPersonal, masked, only, type Position, type Request, withId } from './contract-walk.ts';
import { databaseOf } from './database-of.ts';
import { makeOrganization } from './other-organization.ts';
import { type Operation, readContract } from './served-contract.ts';
import { type Answer, startServer } from './server.ts';
import { CARE, trustWorld } from './trust-walk.ts';

const server = await startServer(CARE);
const { client: database, fingerprint, mentions, makeDeliveries, makeToken } = await databaseOf(server);
afterAll(async () => {
  await database.end();
  await server.stop();
});
const contract = await readContract(server);
// Operations on webhooks come last: under one that they leave enabled the database does not keep still.
const isOfWebhooks = ({ path }: Operation) => path.includes('/webhooks');
const built = contract.operations.filter(({ gap }) => !gap).toSorted((a, b) => Number(isOfWebhooks(a)) - Number(isOfWebhooks(b)));
const ours = await castOf('heron', server.firstRun);
const theirs = await castOf('otter', await makeOrganization(server, 'Otter'));

/** Ids that a body may name without there being such a record: an author who has been gone for long, a topic that stays silent. */
const UNCHECKED = ({ where, trail, noun }: Position) => where === 'body' && (trail.includes('createdBy') || noun === 'topic');
/** That it finds nothing shows in the export's file alone, or where somebody looks through the view. */
const isKeptFilter = ({ path }: Operation, { trail }: Position) =>
  /\/(exports|views)$/.test(path) && trail.some((part) => part === 'filter' || part === 'filters');
const REFUSED = { path: [403, 404], query: [400, 403, 404, 422], body: [400, 403, 404, 409, 422] };

test('the contract has operations', () => {
  expect(built.length).toBeGreaterThan(100);
});

describe('an id of another organization', () => {
  test.each(built.map((operation) => [operation.id, operation] as const))('%s', async (_, operation) => {
    const options = { fresh: operation.method !== 'GET', queryIds: true };
    const requests = async () => ({ mine: await build(ours.cast, operation, options), others: await build(theirs.cast, operation, options) });
    const whole = await requests();
    for (const positions of combinations(whole.mine)) {
      const mine = alone(whole.mine, positions);
      await refuse(mine, whole.others, positions);
      // A stream shows nothing here: see isolation-feeds.test.ts.
      if (positions.some(isTelling) && operation.responses.get(200) !== undefined)
        expect({ operation: operation.id, positions, empty: isEmpty(await ours.cast.send(mine)) }).toMatchObject({ empty: false });
    }
    await allow(whole.mine, whole.others);
    for (const position of whole.mine.positions.filter(({ where }) => where === 'body')) {
      // The less a body says, the less there is beside the id that could hide what it does.
      const narrowed = (request: Request) => only(contract, request, position);
      const enough = (await control(ours.cast, narrowed((await requests()).mine))).status < 300 ? narrowed : (request: Request) => request;
      const { mine, others } = await requests();
      await refuse(enough(mine), others, [position]);
      await allow(enough(mine), enough(others));
    }
  });

  /** Our request with their ids is refused like one with nobody's ids, and leaves both organizations as they were. */
  async function refuse(mine: Request, others: Request, positions: Position[]): Promise<void> {
    const at = `${mine.operation.id} ${positions.map(({ where, trail }) => `${where} ${trail.join('.')}`)}`;
    const before = await fingerprint(theirs.organizationId);
    const answer = await ours.cast.send(positions.reduce((request, position) => withId(request, position, idAt(others, position)), mine));
    const shown = `${at}: ${answer.status} ${answer.text}`;
    expect(await fingerprint(theirs.organizationId), shown).toBe(before);
    expect(answer.text, shown).not.toContain(theirs.cast.word);
    const asNobody = await ours.cast.send(positions.reduce((request, position) => withId(request, position, newId(position)), mine));
    expect([answer.status, masked(answer.text)], at).toEqual([asNobody.status, masked(asNobody.text)]);
    if (positions.every((position) => UNCHECKED(position) || isKeptFilter(mine.operation, position))) return;
    // What looks for it finds nothing, and what takes it away has nothing to do.
    const kept = await Promise.all(positions.map((position) => mentions(ours.organizationId, idAt(others, position))));
    const idle = isEmpty(answer) && !kept.includes(true);
    expect({ shown, refused: (answer.status < 300 && idle) || positions.every(({ where }) => REFUSED[where].includes(answer.status)) }).toEqual({
      shown,
      refused: true,
    });
  }

  async function allow(mine: Request, others: Request): Promise<void> {
    for (const [{ cast, freshToken, person }, request, other] of [
      [theirs, others, ours],
      [ours, mine, theirs],
    ] as const) {
      const answer = await control(cast, request, isOfToken(request) ? undefined : await freshToken());
      const personal = isPersonal(answer) ? await control(cast, request, person) : answer;
      expect(personal.status, `${request.operation.id} by its owner: ${personal.text} ${JSON.stringify(request.body)}`).toBeLessThan(300);
      expect(personal.text).not.toContain(other.cast.word);
    }
  }
});

describe('a cursor of another organization', () => {
  const inBody = ({ body }: Operation) => body !== undefined && 'cursor' in (contract.flat(body.schema).properties ?? {});
  const scans = built.filter((operation) => inBody(operation) || operation.parameters.some(({ name }) => name === 'cursor'));
  const continued = (request: Request, cursor: string) => (inBody(request.operation) ? withBody : withQuery)(request, 'cursor', cursor);

  test('there are listings with cursors', () => expect(scans.length).toBeGreaterThan(5));

  test.each(scans.map((operation) => [operation.id, operation] as const))(
    '%s',
    async (_, operation) => {
      const [mine, foreign] = [await cursorOf(ours, operation), await cursorOf(theirs, operation)];
      const refused = await ours.cast.send(continued(mine.request, foreign.cursor));
      const nonsense = await ours.cast.send(continued(mine.request, 'bm9uc2Vuc2U'));
      expect(refused).toMatchObject({ status: operation.responses.has(422) ? 422 : 400, body: { code: 'invalid.cursor' } });
      expect(masked(refused.text)).toBe(masked(nonsense.text));
      for (const [cast, { request, cursor }] of [
        [ours.cast, mine],
        [theirs.cast, foreign],
      ] as const) {
        const answer = await cast.send(continued(request, cursor));
        expect([answer.status, answer.body.entities?.length > 0], answer.text).toEqual([200, true]);
      }
      // Each suggestion of a page waits for the finder.
    },
    120_000,
  );
});

type Caster = Awaited<ReturnType<typeof castOf>>;

async function castOf(word: string, { organizationId, clientId, clientSecret }: { organizationId: string; clientId: string; clientSecret: string }) {
  const token = await server.tokenFor(clientId, clientSecret);
  const [defaultRole] = (await must(server, 'GET', '/api/v2/authorization/roles?defaultRoleId=agent', undefined, token)).entities;
  const [person] = (await must(server, 'GET', '/api/v2/users', undefined, token)).entities;
  const trusts = trustWorld({ client: database }, organizationId, word);
  await trusts.makeCare();
  const cast = createCast(server, contract, word, async () => token, { ...trusts.given, defaultRole: defaultRole.id }, trusts.bodies);
  return {
    cast,
    organizationId,
    freshToken: () => makeToken(organizationId, clientId, null, 3600),
    person: await makeToken(organizationId, clientId, person.id, 3600),
  };
}

/** The request with no other ids in its query, each of which would narrow what it finds. */
function alone(request: Request, kept: Position[]): Request {
  const optional = request.operation.parameters.filter(({ required, name }) => !required && !kept.some(({ trail }) => trail[0] === name));
  return { ...request, query: Object.fromEntries(Object.entries(request.query).filter(([name]) => !optional.some((one) => one.name === name))) };
}

/** Whether an id of one's own in the query must find something. */
const isTelling = ({ where, noun }: Position) => where === 'query' && (noun === 'contact' || noun === 'topic');

/** No body, an empty one, a list without entries, or nothing but a count of nothing. */
function isEmpty({ text, body, headers }: Answer<Record<string, unknown> | undefined>): boolean {
  const values = Object.values(body ?? {});
  // A file of a table has its header in any case.
  const rows = headers.get('content-type')?.startsWith('text/csv') ? text.trimEnd().split('\r\n').slice(1) : undefined;
  return (
    ['', '{}'].includes(text) ||
    rows?.length === 0 ||
    values.some((value) => Array.isArray(value) && value.length === 0) ||
    (values.length > 0 && values.every((value) => value === 0))
  );
}

/** Each place of path and query alone, and all of the path together. */
function combinations({ positions }: Request): Position[][] {
  // Whoever knows the id of a pairing may see it, of whatever organization.
  const inPath = positions.filter(({ where, noun }) => where === 'path' && noun !== 'pairing');
  const inQuery = positions.filter(({ where }) => where === 'query');
  return [...[...inPath, ...inQuery].map((position) => [position]), ...(inPath.length > 1 ? [inPath] : [])];
}

function idAt({ path, query, body }: Request, { where, trail }: Position): string {
  let value: unknown = { path, query, body }[where];
  for (const part of trail) value = (value as Record<string | number, unknown>)[part];
  return value as string;
}

let made = 0;
/** An id that nobody has. */
function newId({ noun }: Position): string {
  made += 1;
  const id = `01890000-0000-7000-8000-${String(made).padStart(12, '0')}`;
  return noun === 'topic' ? `v2.externalcontacts.contacts.${id}` : id;
}

const withQuery = (request: Request, name: string, value: string): Request => ({ ...request, query: { ...request.query, [name]: value } });
const withBody = (request: Request, name: string, value: unknown): Request => ({ ...request, body: { ...(request.body as object), [name]: value } });

/** A cursor that a listing of the cast's own gives, once it has more than a page. */
async function cursorOf({ cast, organizationId }: Caster, operation: Operation): Promise<{ request: Request; cursor: string }> {
  const least = operation.parameters.find(({ name }) => name === 'limit')?.schema.minimum ?? 1;
  const built = await build(cast, operation, { queryIds: true });
  const request = alone(
    built,
    built.positions.filter(({ noun }) => noun === 'division'),
  );
  const noun = operation.path.includes('/duplicates')
    ? 'duplicate'
    : [...contract.collections].find(([, collections]) =>
        collections.some(({ path }) => operation.path.split('/').includes(path.split('/').at(-1) as string)),
      )?.[0];
  if (noun === 'webhook') await makeDeliveries(organizationId, request.path.webhookId as string, least + 1);
  else if (operation.path.endsWith('/conversations')) {
    const link = contract.operations.find(({ id }) => id === 'putExternalcontactsConversation') as Operation;
    for (let i = 0; i <= least; i += 1) await cast.send(await build(cast, link));
  }
  // Whatever is made is audited.
  else for (let i = 0; i <= least; i += 1) await cast.id(noun ?? 'contact', { fresh: true });
  const whole = operation.body ? withBody(withBody(request, 'limit', least), 'filter', undefined) : withQuery(request, 'limit', String(least));
  const { body, text } = await cast.send(whole);
  expect(body.cursors?.after, `${operation.id}: ${text}`).toEqual(expect.any(String));
  return { request: whole, cursor: body.cursors.after };
}
