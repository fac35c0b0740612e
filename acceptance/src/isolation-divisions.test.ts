// Two divisions of one organization: whoever may do everything in one sees and changes nothing of the other, neither by
// its id nor by naming it (G20). What he could ask around it stands in isolation-side-doors.test.ts.
import { afterAll, describe, expect, test } from 'vitest';
import { build, control, masked, only, type Position, type Request, withId } from './contract-walk.ts';
import { NOBODY } from './directory.ts';
import type { Operation } from './served-contract.ts';
import { HIDDEN_WORD, startTwoDivisions } from './two-divisions.ts';

const { contract, open, hidden, divided, built, inOpen, inHidden, organizationId, database, stop } = await startTwoDivisions();
afterAll(stop);

test('there are nouns with divisions, and operations on them', () => {
  expect([...divided].sort()).toEqual(expect.arrayContaining(['contact', 'externalOrganization', 'note', 'relationship', 'user']));
  expect(built.length).toBeGreaterThan(50);
});

describe('a record of another division, by its id in the path', () => {
  const onRecords = built.filter(({ parameters, path }) => parameters.some(({ name }) => path.includes(`{${name}}`) && divided.has(name.replace(/Id$/, ''))));

  test.each(onRecords.map((operation) => [operation.id, operation] as const))('%s', async (_, operation) => {
    const request = await build(hidden, operation, { fresh: operation.method !== 'GET' });
    const before = await database.fingerprint(organizationId);
    const answer = await hidden.send(request, inOpen);
    const shown = `${operation.id}: ${answer.status} ${answer.text}`;
    expect([403, 404], shown).toContain(answer.status);
    expect(answer.text).not.toContain(HIDDEN_WORD);
    expect(await database.fingerprint(organizationId), shown).toBe(before);
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
      expect(answer.text).not.toContain(HIDDEN_WORD);
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

function idAt({ body }: Request, { trail }: Position): string {
  let value: unknown = body;
  for (const part of trail) value = (value as Record<string | number, unknown>)[part];
  return value as string;
}
