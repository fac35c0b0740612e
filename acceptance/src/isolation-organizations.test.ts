// Two organizations on one server: every operation of the contract, with an id of the other organization in every place
// where an id can stand, answers as if that id were nobody's, and changes nothing there (G20). For each refusal there is
// the same request by the owner, which succeeds.
import { afterAll, describe, expect, test } from 'vitest';
import { must } from './access-callers.ts';
import { build, type Cast, control, createCast, masked, type Operation, only, type Position, type Request, readContract, withId } from './contract-walk.ts';
import { databaseOf } from './database-of.ts';
import { makeOrganization } from './other-organization.ts';
import { type Answer, startServer } from './server.ts';

const server = await startServer();
const { client: database, fingerprint, mentions, makeToken, makeTrustor } = await databaseOf(server);
afterAll(async () => {
  await database.end();
  await server.stop();
});
const contract = await readContract(server);
const built = contract.operations.filter((operation) => !operation.gap);
const ours = await castOf('heron', server.firstRun);
const theirs = await castOf('otter', await makeOrganization(server, 'Otter'));

/** Ids that a body may name without there being such a record: an author who has been gone for long. */
const UNCHECKED = (position: Position) => position.where === 'body' && position.trail.includes('createdBy');
const REFUSED = { path: [403, 404], query: [400, 403, 404], body: [400, 403, 404, 409, 422] };

test('the contract has operations', () => {
  expect(built.length).toBeGreaterThan(100);
});

describe('an id of another organization', () => {
  test.each(built.map((operation) => [operation.id, operation] as const))('%s', async (_, operation) => {
    const options = { fresh: operation.method !== 'GET', queryIds: true };
    const requests = async () => ({ mine: await build(ours.cast, operation, options), others: await build(theirs.cast, operation, options) });
    const whole = await requests();
    for (const positions of combinations(whole.mine)) await refuse(whole.mine, whole.others, positions);
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
    const asNobody = await ours.cast.send(positions.reduce((request, position) => withId(request, position, newId()), mine));
    expect([answer.status, masked(answer.text)], at).toEqual([asNobody.status, masked(asNobody.text)]);
    if (positions.every(UNCHECKED)) return;
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
      const answer = await control(cast, request, await freshToken());
      const personal = answer.body?.code === 'not.a.user' ? await control(cast, request, person) : answer;
      expect(personal.status, `${request.operation.id} by its owner: ${personal.text} ${JSON.stringify(request.body)}`).toBeLessThan(300);
      expect(personal.text).not.toContain(other.cast.word);
    }
  }
});

describe('a cursor of another organization', () => {
  const scans = built.filter(({ parameters }) => parameters.some(({ name }) => name === 'cursor'));

  test('there are listings with cursors', () => expect(scans.length).toBeGreaterThan(5));

  test.each(scans.map((operation) => [operation.id, operation] as const))('%s', async (_, operation) => {
    const [mine, foreign] = [await cursorOf(ours.cast, operation), await cursorOf(theirs.cast, operation)];
    const refused = await ours.cast.send(withQuery(mine.request, 'cursor', foreign.cursor));
    const nonsense = await ours.cast.send(withQuery(mine.request, 'cursor', 'bm9uc2Vuc2U'));
    expect(refused).toMatchObject({ status: operation.responses.has(422) ? 422 : 400, body: { code: 'invalid.cursor' } });
    expect(masked(refused.text)).toBe(masked(nonsense.text));
    for (const [cast, { request, cursor }] of [
      [ours.cast, mine],
      [theirs.cast, foreign],
    ] as const) {
      const answer = await cast.send(withQuery(request, 'cursor', cursor));
      expect([answer.status, answer.body.entities?.length > 0], answer.text).toEqual([200, true]);
    }
  });
});

async function castOf(word: string, { organizationId, clientId, clientSecret }: { organizationId: string; clientId: string; clientSecret: string }) {
  const token = await server.tokenFor(clientId, clientSecret);
  const [defaultRole] = (await must(server, 'GET', '/api/v2/authorization/roles?defaultRoleId=agent', undefined, token)).entities;
  const [person] = (await must(server, 'GET', '/api/v2/users', undefined, token)).entities;
  const cast = createCast(server, contract, word, async () => token, { trustor: () => makeTrustor(organizationId), defaultRole: defaultRole.id });
  return {
    cast,
    organizationId,
    freshToken: () => makeToken(organizationId, clientId, null, 3600),
    person: await makeToken(organizationId, clientId, person.id, 3600),
  };
}

/** No body, an empty one, or a list without entries. */
function isEmpty({ text, body }: Answer<Record<string, unknown> | undefined>): boolean {
  return ['', '{}'].includes(text) || Object.values(body ?? {}).some((value) => Array.isArray(value) && value.length === 0);
}

/** Each place of path and query alone, and all of the path together. */
function combinations({ positions }: Request): Position[][] {
  const inPath = positions.filter(({ where }) => where === 'path');
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
function newId(): string {
  made += 1;
  return `01890000-0000-7000-8000-${String(made).padStart(12, '0')}`;
}

const withQuery = (request: Request, name: string, value: string): Request => ({ ...request, query: { ...request.query, [name]: value } });

/** A cursor that a listing of the cast's own gives, once it has more than a page. */
async function cursorOf(cast: Cast, operation: Operation): Promise<{ request: Request; cursor: string }> {
  const least = operation.parameters.find(({ name }) => name === 'limit')?.schema.minimum ?? 1;
  const request = withQuery(await build(cast, operation, { queryIds: true }), 'limit', String(least));
  const noun = [...contract.collections].find(([, collections]) =>
    collections.some(({ path }) => operation.path.split('/').includes(path.split('/').at(-1) as string)),
  );
  if (!noun) throw new Error(`what does ${operation.id} list?`);
  for (let i = 0; i <= least; i += 1) await cast.id(noun[0], true);
  const { body } = await cast.send(request);
  return { request, cursor: body.cursors.after };
}
