// Many clients merge, unmerge, edit, claim and delete the same contacts at once: whatever comes of it is whole.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectDatabase } from './database.ts';
import { E } from './directory.ts';
import type { Json } from './sdk.ts';
import { type Answer, type Server, startServer } from './server.ts';

let server: Server;
beforeAll(async () => {
  server = await startServer({ LIAISON_RATE_LIMIT: '0' });
  // From now on PostgreSQL writes down whatever it refuses; sessions that are open already have to begin anew.
  const database = await connectDatabase(server, { user: 'postgres' });
  await database.query('alter database liaison set log_min_messages = error');
  await database.query("select pg_terminate_backend(pid, 5000) from pg_stat_activity where usename = 'liaison'");
  await database.end();
});
afterAll(() => server.stop());

const send = (method: string, path: string, body?: unknown) => server.request(method, path, body === undefined ? {} : { body });
const pick = <T>(items: readonly T[]): T => items[Math.floor(Math.random() * items.length)] as T;

const CLIENTS = 12;
const ACTS = 40;
const SHARED = [0, 1, 2, 3].map((n) => ({ type: 'Email', value: `raced-${n}@example.com` }));

async function act(ids: string[]): Promise<Answer> {
  const [one, other, third] = [pick(ids), pick(ids), pick(ids)];
  const email = pick(SHARED);
  const turn = Math.random();
  if (turn < 0.3) {
    const answer = await send('POST', `${E}/contacts/merge`, { contactIds: Math.random() < 0.5 ? [one, other] : [one, other, third] });
    if (answer.status === 200) ids.push(answer.body.id);
    return answer;
  }
  if (turn < 0.42) return send('POST', `/liaison/v1/contacts/${one}/unmerge`, Math.random() < 0.5 ? {} : undefined);
  if (turn < 0.6) return send('PUT', `${E}/contacts/${one}`, { firstName: 'Raced', workEmail: email.value });
  if (turn < 0.68) return send('PATCH', `${E}/contacts/${one}`, { changes: [{ field: '$.otherEmail', value: pick(SHARED).value, action: 'Update' }] });
  if (turn < 0.8)
    return send('PATCH', `${E}/contacts/${one}/identifiers`, { operation: pick(['Claim', 'Release']), identifier: { ...email, value: email.value } });
  if (turn < 0.82) return send('POST', '/liaison/v1/observe', { identifiers: [email, pick(SHARED)] });
  if (turn < 0.86) {
    const matchingIdentifiers = [email, pick(SHARED)];
    const answer = await send('POST', `${E}/contacts/enrich`, {
      matchingIdentifiers,
      action: pick(['Merge', 'Upsert']),
      contact: { firstName: pick(['Raced', 'Late']) },
    });
    if (answer.status === 200) ids.push(answer.body.id);
    return answer;
  }
  if (turn < 0.88) return send('POST', `${E}/contacts/${one}/notes`, { noteText: 'Raced' });
  if (turn < 0.92) return send('DELETE', `${E}/contacts/${one}`);
  if (turn < 0.95) return send('GET', `${E}/contacts/${one}`);
  const answer = await send('POST', `${E}/contacts`, { firstName: 'Late', workEmail: email.value });
  ids.push(answer.body.id);
  return answer;
}

/** What PostgreSQL says of circles of those who waited for one another, which it had to break. */
const deadlocks = () => readFileSync(join(server.folder, 'postgres', 'postgres.log'), 'utf8').match(/deadlock detected[\s\S]*?STATEMENT:.*/g) ?? [];

const EXPECTED: Record<string, string[]> = {
  400: ['bad.request'],
  404: ['not.found', 'identifier.not.found'],
  409: [...['conflict', 'contact.merged.away', 'contacts.already.merged', 'identifier.already.claimed', 'mergeset.limit.exceeded', 'nothing.to.unmerge']],
};

it('is answered without a fault, and leaves trees, claims and sets that are whole', async () => {
  const made = await send('POST', `${E}/bulk/contacts/add`, { entities: SHARED.flatMap(({ value }) => [{ workEmail: value }, { otherEmail: value }, {}]) });
  const ids = made.body.results.map(({ id }: Json) => id as string);
  const answers: Answer[] = [];
  const client = async () => {
    for (let n = 0; n < ACTS; n += 1) answers.push(await act(ids));
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  const unexpected = answers.filter(({ status, body }) => status !== 200 && status !== 201 && !EXPECTED[status]?.includes(body.code));
  expect(unexpected.map(({ status, text }) => `${status} ${text}`)).toEqual([]);
  // One gives way to another, but most things are done.
  expect(answers.filter(({ body }) => body.code === 'conflict').length).toBeLessThan(answers.length / 20);
  expect(answers.filter(({ body }) => body.mergedFrom !== undefined).length).toBeGreaterThan(10);

  expect(deadlocks()).toEqual([]);

  const database = await connectDatabase(server);
  const none = async (sql: string) => expect((await database.query(sql)).rows, sql).toEqual([]);
  // Every ancestor is one of the inputs of what it was merged to, and the other way round.
  await none(`select k.id from contacts k where k.merged_to is not null and not exists (
    select from contacts r where r.org_id = k.org_id and r.id = k.merged_to and k.id = any (r.merged_from))`);
  await none(`select r.id, f.id from contacts r, unnest(r.merged_from) f (id) where not exists (
    select from contacts k where k.org_id = r.org_id and k.id = f.id and k.merged_to = r.id)`);
  // Walking up, everybody comes to the canonical contact, which lives; nobody walks in a circle.
  const { rows: walked } = await database.query(`with recursive up as (
      select k.id as start, k.id, k.merged_to, k.canonical_id, 0 as steps from contacts k
      union all select up.start, k.id, k.merged_to, up.canonical_id, up.steps + 1 from up join contacts k on k.id = up.merged_to where up.steps < 60)
    select start, canonical_id, id as head, steps from up where merged_to is null`);
  expect(walked.length).toBe(Number((await database.query('select count(*) from contacts')).rows[0].count));
  for (const { start, canonical_id, head, steps } of walked) expect([start, canonical_id ?? head, steps < 52]).toEqual([start, head, true]);
  await none('select id from contacts where (canonical_id is null) <> (merged_to is null and merged_from is null)');
  await none('select id from contacts k where (k.merged_from is not null) <> exists (select from merges m where m.id = k.id)');
  // Who holds something lives; so does, then, whoever has a claim.
  await none(`select i.* from identifiers i where not exists (
    select from contacts k where k.org_id = i.org_id and k.id = i.owner_id and k.merged_to is null and k.division_id = i.division_id)`);
  await none('select * from identifiers where waived and (pinned or not held)');
  await none(`select k.id, k.work_email from contacts k where k.merged_to is null and k.work_email is not null and not exists (
    select from identifiers i where i.owner_id = k.id and i.type = 'Email' and i.value = k.work_email and i.held)`);
  for (const identifier of SHARED) {
    const { rows } = await database.query('select owner_id from identifiers where value = $1 and not waived order by pinned desc, since, owner_id', [
      identifier.value,
    ]);
    const { status, body } = await send('POST', `${E}/identifierlookup/contacts`, identifier);
    expect([status, body.id]).toEqual(rows.length > 0 ? [200, rows[0].owner_id] : [404, undefined]);
  }
  for (const { canonical_id: canonical } of walked.filter(({ canonical_id, head, start }) => canonical_id === head && start === head)) {
    const { body } = await send('GET', `${E}/contacts/${canonical}`);
    const members = walked.filter(({ head }) => head === canonical).map(({ start }) => start as string);
    expect(body.mergeSet.map(({ id }: Json) => id)).toEqual(members.toSorted());
  }
  await database.end();
});

it('of many who merge the same contacts, one does, and the others are told', async () => {
  for (let round = 0; round < 5; round += 1) {
    const made = await send('POST', `${E}/bulk/contacts/add`, { entities: [{}, {}, {}] });
    const ids = made.body.results.map(({ id }: Json) => id as string);
    const answers = await Promise.all(Array.from({ length: 8 }, (_, i) => send('POST', `${E}/contacts/merge`, { contactIds: i % 2 ? ids : ids.toReversed() })));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, ...Array(7).fill(409)]);
    expect(new Set(answers.filter(({ status }) => status === 409).map(({ body }) => body.code))).toEqual(new Set(['contacts.already.merged']));
  }
});

it('of a merge and a deletion one comes first, and the other is about what that left', async () => {
  for (let round = 0; round < 10; round += 1) {
    const made = await send('POST', `${E}/bulk/contacts/add`, { entities: [{}, {}] });
    const [one, two] = made.body.results.map(({ id }: Json) => id as string);
    const [merged, deleted] = await Promise.all([send('POST', `${E}/contacts/merge`, { contactIds: [one, two] }), send('DELETE', `${E}/contacts/${one}`)]);
    expect([
      [200, 409],
      [404, 200],
    ]).toContainEqual([merged.status, deleted.status]);
  }
});
