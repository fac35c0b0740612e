// Duplicates: the server finds the records that are probably one by itself, and people accept or dismiss what it suggests.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeCaller, makeDivision, must } from './access-callers.ts';
import { DATE, E, idsOf, NOBODY, UUID } from './directory.ts';
import { addAll, contact, D, done, listed, person, suggestionOf, twins, until } from './duplicates-finder.ts';
import { makeOrganization } from './other-organization.ts';
import type { Json } from './sdk.ts';
import { type Server, startServer } from './server.ts';

let server: Server;
beforeAll(async () => {
  server = await startServer({ LIAISON_RATE_LIMIT: '0' });
  // So many that the few of these tests are no reason to learn anew, which would change what pairs are worth.
  await addAll(
    server,
    Array.from({ length: 600 }, (_, i) => person(50_000 + i)),
  );
  await done(server);
});
afterAll(() => server.stop());

const post = (path: string, body?: unknown, token?: string) => server.request('POST', path, { ...(body ? { body } : {}), ...(token ? { token } : {}) });
const get = (path: string, token?: string) => server.request('GET', path, token ? { token } : {});
const update = (id: string, body: object) => must(server, 'PUT', `${E}/contacts/${id}`, body);
const settings = (set: object = {}) => must(server, 'PUT', '/liaison/v1/settings', { divisionMoves: false, ...set });
const gone = (id: string) =>
  until(
    () => listed(server, `recordId=${id}`),
    (pairs) => pairs.length === 0,
  );

/** Resolves once everything that was written before it was looked at: a pair that comes after is suggested. */
async function lookedAt(): Promise<void> {
  await twins(server);
}

describe('a suggestion', () => {
  it('is there soon after its second record, with what each field says', async () => {
    const { a, b, pair } = await twins(server);
    expect(pair).toMatchObject({
      id: expect.stringMatching(UUID),
      kind: 'contact',
      state: 'open',
      division: { id: '*' },
      dateFound: expect.stringMatching(DATE),
      cluster: { id: expect.stringMatching(UUID) },
      selfUri: `${D}/${pair.id}`,
    });
    expect(pair.probability).toBeGreaterThan(0.9);
    expect(1 / (1 + 2 ** -pair.score)).toBeCloseTo(pair.probability, 2);
    expect(pair.records).toEqual([a.id, b.id].sort().map((id) => ({ id, selfUri: `${E}/contacts/${id}` })));
    const fields = pair.evidence.map(({ field }: Json) => field);
    expect(fields).toEqual(expect.arrayContaining(['firstName', 'lastName', 'email', 'phone', 'address.postalCode']));
    const [heaviest] = pair.evidence;
    expect([heaviest.level, heaviest.weight > 1]).toEqual(['same', true]);
  });

  it('is read by its id, with whole records where asked for', async () => {
    const { a, b, pair } = await twins(server);
    expect(await must(server, 'GET', `${D}/${pair.id}`)).toEqual(pair);
    const whole = await must(server, 'GET', `${D}/${pair.id}?expand=records`);
    const bodies = await Promise.all([a.id, b.id].sort().map((id) => must(server, 'GET', `${E}/contacts/${id}`)));
    expect(whole).toEqual({ ...pair, records: bodies });
    expect((await listed(server, `recordId=${a.id}&expand=records`))[0]).toEqual(whole);
  });

  it('comes of a change, too, and goes with one', async () => {
    const [one, other] = [person(), person()];
    const [a, b] = [await contact(server, one), await contact(server, other)];
    await lookedAt();
    expect(await listed(server, `recordId=${b.id}`)).toEqual([]);
    await update(b.id, one);
    await suggestionOf(server, a.id);
    await update(b.id, other);
    await gone(a.id);
  });

  it('goes with a record that is deleted, and with one that is merged into another', async () => {
    const { a, pair } = await twins(server);
    await must(server, 'DELETE', `${E}/contacts/${a.id}`);
    expect((await get(`${D}/${pair.id}`)).status).toBe(404);
    await gone(a.id);
    const merged = await twins(server);
    const { id } = await contact(server, person());
    await must(server, 'POST', `${E}/contacts/merge`, { contactIds: [merged.a.id, id] });
    expect(await listed(server, `recordId=${merged.a.id}`)).toEqual([]);
    expect((await get(`${D}/${merged.pair.id}`)).status).toBe(404);
  });

  it('is found by probability, record and cluster, the likeliest first, page by page', async () => {
    const { a, pair } = await twins(server);
    await twins(server);
    const paged = async () => {
      const pages: Json[] = [];
      for (let next: string | undefined = `${D}?limit=2`; next; ) {
        const { entities, nextUri }: Json = await must(server, 'GET', next);
        pages.push(...entities);
        next = nextUri;
      }
      return { pages, all: await listed(server) };
    };
    // Others may still be found between two pages.
    const { all } = await until(paged, ({ pages, all }) => idsOf(pages).join() === idsOf(all).join());
    expect(all.map(({ score }) => score)).toEqual(all.map(({ score }) => score).sort((x, y) => y - x));
    expect(idsOf(await listed(server, `recordId=${a.id}`))).toEqual([pair.id]);
    expect(idsOf(await listed(server, `clusterId=${pair.cluster.id}`))).toEqual([pair.id]);
    expect(await listed(server, `recordId=${a.id}&minProbability=0.6`)).toHaveLength(1);
    expect(await listed(server, `recordId=${a.id}&minProbability=1`)).toEqual([]);
    expect(await listed(server, 'kind=organization')).toEqual([]);
    expect((await get(`${D}?minProbability=2`)).body.code).toBe('invalid.query.param.value');
    expect((await get(`${D}?cursor=x`)).body.code).toBe('invalid.cursor');
  });
});

describe('accepting', () => {
  it('merges the two, and the pair shows what they became', async () => {
    const { a, b, pair } = await twins(server);
    const merged = await must(server, 'POST', `${D}/${pair.id}/accept`, { valueOverride: { title: 'Dr' } });
    expect(merged).toMatchObject({
      title: 'Dr',
      mergedFrom: expect.arrayContaining([expect.objectContaining({ id: a.id }), expect.objectContaining({ id: b.id })]),
    });
    const accepted = await must(server, 'GET', `${D}/${pair.id}`);
    const { cluster: _, ...rest } = pair;
    const decided = {
      dateDecided: expect.stringMatching(DATE),
      decidedBy: { id: server.firstRun.clientId },
      result: { id: merged.id, selfUri: `${E}/contacts/${merged.id}` },
    };
    expect(accepted).toEqual({ ...rest, state: 'accepted', ...decided });
    expect(idsOf(await listed(server, 'state=accepted'))).toContain(pair.id);
    expect(idsOf(await listed(server))).not.toContain(pair.id);
    expect((await post(`${D}/${pair.id}/accept`)).body).toMatchObject({ status: 409, code: 'duplicate.state.conflict', message: 'The pair is accepted.' });
  });

  it('answers with what would be, and changes nothing, where it is a trial', async () => {
    const { a, pair } = await twins(server);
    const would = await must(server, 'POST', `${D}/${pair.id}/accept?dryRun=true`);
    expect(would.mergedFrom).toHaveLength(2);
    expect((await get(`${E}/contacts/${would.id}`)).status).toBe(404);
    expect((await must(server, 'GET', `${E}/contacts/${a.id}`)).mergedTo).toBeUndefined();
    expect((await must(server, 'GET', `${D}/${pair.id}`)).state).toBe('open');
  });

  it('is undone like any merge, and the pair stays decided until it is reopened', async () => {
    const { a, pair } = await twins(server);
    const merged = await must(server, 'POST', `${D}/${pair.id}/accept`);
    expect((await post(`${D}/${pair.id}/reopen`)).body).toMatchObject({ status: 409, code: 'duplicate.records.gone' });
    await must(server, 'POST', `/liaison/v1/contacts/${merged.id}/unmerge`, {});
    await lookedAt();
    expect(await listed(server, `recordId=${a.id}`)).toEqual([]);
    expect((await must(server, 'POST', `${D}/${pair.id}/reopen`)).state).toBe('open');
    await lookedAt();
    expect(idsOf(await listed(server, `recordId=${a.id}`))).toEqual([pair.id]);
  });

  it('is done once, however often a request with its key comes', async () => {
    const { pair } = await twins(server);
    const headers = { 'idempotency-key': `accept ${pair.id}` };
    const first = await server.request('POST', `${D}/${pair.id}/accept`, { headers });
    const again = await server.request('POST', `${D}/${pair.id}/accept`, { headers });
    expect([first.status, again.status, again.headers.get('idempotency-replayed')]).toEqual([200, 200, 'true']);
    expect(again.body).toEqual(first.body);
  });

  it('and dismissing at once: one of them is first, and the other is told', async () => {
    const { pair } = await twins(server);
    const answers = await Promise.all([post(`${D}/${pair.id}/accept`), post(`${D}/${pair.id}/dismiss`), post(`${D}/${pair.id}/accept`)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
  });

  it('refuses wishes that do not fit', async () => {
    const { a, pair } = await twins(server);
    const { body } = await post(`${D}/${pair.id}/accept`, { keep: a.id });
    expect(body).toMatchObject({ status: 422, details: [{ fieldName: 'keep' }] });
    expect((await must(server, 'GET', `${D}/${pair.id}`)).state).toBe('open');
  });
});

describe('dismissing', () => {
  it('is remembered however the two change', async () => {
    const { a, b, pair } = await twins(server);
    expect(await must(server, 'POST', `${D}/${pair.id}/dismiss`)).toMatchObject({
      id: pair.id,
      state: 'dismissed',
      decidedBy: { id: server.firstRun.clientId },
    });
    const changed = { ...person(), title: 'Dr' };
    await update(a.id, changed);
    await update(b.id, changed);
    await lookedAt();
    expect(await listed(server, `recordId=${a.id}`)).toEqual([]);
    expect(idsOf(await listed(server, `state=dismissed&recordId=${a.id}`))).toEqual([pair.id]);
    expect((await post(`${D}/${pair.id}/dismiss`)).body.code).toBe('duplicate.state.conflict');
    expect((await post(`${D}/${pair.id}/accept`)).body.code).toBe('duplicate.state.conflict');
  });

  it('is remembered while one of them is merged away, and forgotten when one is deleted', async () => {
    const { a, b, pair } = await twins(server);
    await must(server, 'POST', `${D}/${pair.id}/dismiss`);
    const merged = await must(server, 'POST', `${E}/contacts/merge`, { contactIds: [a.id, (await contact(server, person())).id] });
    await lookedAt();
    await must(server, 'POST', `/liaison/v1/contacts/${merged.id}/unmerge`, {});
    await lookedAt();
    expect(await listed(server, `recordId=${b.id}`)).toEqual([]);
    await must(server, 'DELETE', `${E}/contacts/${a.id}`);
    await until(
      () => get(`${D}/${pair.id}`),
      ({ status }) => status === 404,
    );
  });

  it('is taken back by reopening', async () => {
    const { a, pair } = await twins(server);
    await must(server, 'POST', `${D}/${pair.id}/dismiss`);
    const { dateDecided, decidedBy, ...reopened } = await must(server, 'POST', `${D}/${pair.id}/reopen`);
    expect([dateDecided, decidedBy, reopened.state, reopened.cluster.id]).toEqual([undefined, undefined, 'open', expect.stringMatching(UUID)]);
    await lookedAt();
    expect(idsOf(await listed(server, `recordId=${a.id}`))).toEqual([pair.id]);
    expect((await post(`${D}/${pair.id}/reopen`)).body).toMatchObject({ code: 'duplicate.state.conflict', message: 'The pair is open.' });
  });

  it('and everything else that is decided stands in the audit, and is no event', async () => {
    const { pair } = await twins(server);
    await must(server, 'POST', `${D}/${pair.id}/dismiss`);
    await must(server, 'POST', `${D}/${pair.id}/reopen`);
    const { entities } = await must(server, 'GET', `/liaison/v1/audits?entityType=duplicate&entityId=${pair.id}`);
    expect(entities[0]).toMatchObject({
      action: 'update',
      client: { id: server.firstRun.clientId },
      changes: [{ field: '$.state', before: 'dismissed', after: 'open' }],
    });
    expect(entities).toHaveLength(2);
    const events = (await must(server, 'GET', '/liaison/v1/events?limit=1000')).entities;
    expect(events.filter((event: Json) => JSON.stringify(event).includes(pair.id))).toEqual([]);
  });
});

describe('clusters', () => {
  const cluster = async (records: number) => {
    const body = person();
    const made: Json[] = [];
    for (let i = 0; i < records; i += 1) made.push(await contact(server, body));
    const wanted = (records * (records - 1)) / 2;
    const pairs = await until(
      async () => {
        const [first] = await listed(server, `recordId=${made[0].id}`);
        return first?.cluster ? listed(server, `clusterId=${first.cluster.id}`) : [];
      },
      (found) => found.length === wanted,
    );
    return { ids: idsOf(made), pairs, id: pairs[0].cluster.id as string };
  };

  it('hold the records of which all are one, with the pairs among them', async () => {
    const { ids, pairs, id } = await cluster(3);
    const clusters = (await must(server, 'GET', `${D}/clusters?limit=100`)).entities;
    expect(clusters.find((one: Json) => one.id === id)).toEqual({
      id,
      kind: 'contact',
      division: expect.objectContaining({ id: '*' }),
      records: ids.toSorted().map((record) => ({ id: record, selfUri: `${E}/contacts/${record}` })),
      pairs,
    });
    const [whole] = (await must(server, 'GET', `${D}/clusters?limit=1&expand=records`)).entities;
    expect(whole.records.map(({ firstName }: Json) => typeof firstName)).toContain('string');
    const [first, second] = [await must(server, 'GET', `${D}/clusters?limit=1`), clusters.slice(0, 2)];
    expect(idsOf([...first.entities, ...(await must(server, 'GET', first.nextUri)).entities])).toEqual(idsOf(second));
  });

  it('become one record at once, and all their pairs say so', async () => {
    const { ids, pairs, id } = await cluster(3);
    const would = await must(server, 'POST', `${D}/clusters/${id}/accept?dryRun=true`);
    expect((await get(`${E}/contacts/${would.id}`)).status).toBe(404);
    const merged = await must(server, 'POST', `${D}/clusters/${id}/accept`, { valueOverride: { title: 'Prof' } });
    expect([merged.title, idsOf(merged.mergedFrom).sort()]).toEqual(['Prof', ids.toSorted()]);
    for (const pair of pairs) expect(await must(server, 'GET', `${D}/${pair.id}`)).toMatchObject({ state: 'accepted', result: { id: merged.id } });
    expect((await post(`${D}/clusters/${id}/accept`)).status).toBe(404);
  });

  it('give up only those that are named', async () => {
    const { ids, id } = await cluster(3);
    const recordIds = ids.slice(0, 2);
    expect((await post(`${D}/clusters/${id}/accept`, { recordIds: [ids[0], NOBODY] })).body).toMatchObject({
      status: 422,
      details: [{ fieldName: 'recordIds[1]' }],
    });
    const merged = await must(server, 'POST', `${D}/clusters/${id}/accept`, { recordIds });
    expect(idsOf(merged.mergedFrom).sort()).toEqual(recordIds.toSorted());
    const third = await suggestionOf(server, merged.id);
    expect(idsOf(third.records)).toContain(ids[2]);
  });

  it('fall apart when a pair in them is dismissed, or a record goes', async () => {
    const { ids, id } = await cluster(3);
    await must(server, 'DELETE', `${E}/contacts/${ids[0]}`);
    const left = await until(
      () => listed(server, `recordId=${ids[1]}`),
      (pairs) => pairs.length === 1 && pairs[0].cluster !== undefined,
    );
    expect(left[0].cluster.id).toBe(id);
    expect((await must(server, 'POST', `${D}/${left[0].id}/dismiss`)).cluster).toBeUndefined();
    expect((await must(server, 'GET', `${D}/clusters?limit=100`)).entities.map((one: Json) => one.id)).not.toContain(id);
  });
});

describe('settings', () => {
  it('say from which probability on, at once where it is raised, and after a while where it is lowered', async () => {
    const { a, pair } = await twins(server);
    const unlike = { firstName: pair.id, ...person() };
    await contact(server, unlike);
    try {
      await settings({ duplicateThreshold: 0.999 });
      const hidden = pair.probability < 0.999;
      expect(await listed(server, `recordId=${a.id}`)).toHaveLength(hidden ? 0 : 1);
      await settings({ duplicateThreshold: 0.05 });
      await suggestionOf(server, a.id);
      expect(await must(server, 'GET', '/liaison/v1/settings')).toMatchObject({ duplicates: true, duplicateThreshold: 0.05 });
    } finally {
      await settings();
    }
    for (const duplicateThreshold of [0.04, 1, 'a'])
      expect((await server.request('PUT', '/liaison/v1/settings', { body: { divisionMoves: false, duplicateThreshold } })).status).toBe(422);
  });

  it('say whether they are looked for at all; what was found stays', async () => {
    const { a } = await twins(server);
    const body = person();
    try {
      await settings({ duplicates: false });
      const one = await contact(server, body);
      await contact(server, body);
      expect(await listed(server, `recordId=${a.id}`)).toHaveLength(1);
      expect(await listed(server, `recordId=${one.id}`)).toEqual([]);
      await settings();
      await suggestionOf(server, one.id);
    } finally {
      await settings();
    }
  });
});

describe('who may', () => {
  it('pairs are found within a division, and hidden from whoever may not view both', async () => {
    const [here, there] = [await makeDivision(server), await makeDivision(server)];
    const body = person();
    const inDivision = (id: string) => contact(server, { ...body, division: { id } });
    const [a, b] = [await inDivision(here.id), await inDivision(there.id)];
    const c = await inDivision(there.id);
    const pair = await suggestionOf(server, c.id);
    expect(idsOf(pair.records)).toEqual([b.id, c.id].sort());
    expect(await listed(server, `recordId=${a.id}`)).toEqual([]);
    const viewer = await makeCaller(server, ['externalContacts:contact:view', 'externalContacts:identity:merge', 'externalContacts:contact:edit'], here.id);
    expect(await listed(server, `divisionIds=${there.id}`, viewer.token)).toEqual([]);
    expect(await listed(server, '', viewer.token)).not.toContainEqual(expect.objectContaining({ division: expect.objectContaining({ id: there.id }) }));
    expect((await get(`${D}/${pair.id}`, viewer.token)).status).toBe(404);
    for (const verb of ['accept', 'dismiss', 'reopen']) expect((await post(`${D}/${pair.id}/${verb}`, undefined, viewer.token)).status).toBe(404);
    expect((await post(`${D}/clusters/${pair.cluster.id}/accept`, undefined, viewer.token)).status).toBe(404);
    expect(idsOf(await listed(server, `divisionIds=${there.id}`))).toEqual([pair.id]);
    expect(idsOf(await listed(server, `divisionIds=${here.id}`))).toEqual([]);
  });

  it('a record that moves away leaves its pair behind at once', async () => {
    const division = await makeDivision(server);
    const { a, b, pair } = await twins(server);
    const viewer = await makeCaller(server, ['externalContacts:contact:view'], (await makeDivision(server)).id);
    expect(idsOf(await listed(server, `recordId=${b.id}`, viewer.token))).toEqual([pair.id]);
    await settings({ divisionMoves: true });
    await must(server, 'PUT', `${E}/contacts/${a.id}`, { ...a, division: { id: division.id } });
    expect(await listed(server, `recordId=${b.id}`, viewer.token)).toEqual([]);
    await gone(b.id);
    await settings();
  });

  it('each deed takes its own permission in the division', async () => {
    const { pair } = await twins(server);
    const may = async (...permissions: string[]) => (await makeCaller(server, permissions, (await makeDivision(server)).id)).token;
    const view = await may('externalContacts:contact:view');
    expect((await get(D, view)).status).toBe(200);
    expect((await get(`${D}?kind=organization`, view)).body.code).toBe('missing.any.permissions');
    for (const verb of ['accept', 'dismiss', 'reopen']) expect((await post(`${D}/${pair.id}/${verb}`, undefined, view)).status).toBe(403);
    const edit = await may('externalContacts:contact:view', 'externalContacts:contact:edit');
    expect((await post(`${D}/${pair.id}/accept`, undefined, edit)).status).toBe(403);
    expect((await post(`${D}/${pair.id}/dismiss`, undefined, edit)).status).toBe(200);
    expect((await post(`${D}/${pair.id}/reopen`, undefined, edit)).status).toBe(200);
    const organizations = await may('externalContacts:contact:view', 'externalContacts:externalOrganization:edit');
    expect((await post(`${D}/${pair.id}/accept`, undefined, organizations)).body.code).toBe('missing.division.permission');
    const merge = await may('externalContacts:identity:merge');
    expect((await post(`${D}/${pair.id}/dismiss`, undefined, merge)).status).toBe(403);
    expect((await post(`${D}/${pair.id}/accept`, undefined, merge)).status).toBe(200);
  });

  it('another organization sees nothing, and its records meet none of ours', async () => {
    const body = person();
    const ours = await contact(server, body);
    const other = await makeOrganization(server, 'Other');
    const token = await server.tokenFor(other.clientId, other.clientSecret);
    await must(server, 'POST', `${E}/contacts`, body, token);
    const { pair } = await twins(server);
    expect(await listed(server, `recordId=${ours.id}`)).toEqual([]);
    expect(await listed(server, '', token)).toEqual([]);
    for (const path of [`${D}/${pair.id}`]) expect((await get(path, token)).status).toBe(404);
    for (const path of [`${pair.id}/accept`, `${pair.id}/dismiss`, `clusters/${pair.cluster.id}/accept`])
      expect((await post(`${D}/${path}`, undefined, token)).status).toBe(404);
  });
});
