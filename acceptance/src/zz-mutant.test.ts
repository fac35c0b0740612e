// Whatever is done to a few contacts that share a few values, each value's claim is where a plain model says it is.
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeDivision } from './access-callers.ts';
import { connectDatabase } from './database.ts';
import { E } from './directory.ts';
import type { Json } from './sdk.ts';
import { type Server, startServer } from './server.ts';

let server: Server;
let division: string;
beforeAll(async () => {
  server = await startServer();
  division = (await makeDivision(server)).id;
});
afterAll(() => server.stop());

/** Four contacts at most; the last lies in a division of its own, where the same values are free. */
const SLOTS = [0, 1, 2, 3];
const VALUES = [0, 1, 2];
type Step = { do: 'save'; slot: number; fields: number[][] } | { do: 'delete'; slot: number } | { do: 'claim' | 'release'; slot: number; value: number };

const slot = fc.constantFrom(...SLOTS);
const value = fc.constantFrom(...VALUES);
const steps = fc.array(
  fc.oneof(
    // Per value the fields that have it: none, one or two of them.
    { weight: 4, arbitrary: fc.record({ do: fc.constant('save' as const), slot, fields: fc.tuple(fields(), fields(), fields()) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('delete' as const), slot }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('claim' as const, 'release' as const), slot, value }) },
  ),
  { minLength: 8, maxLength: 14 },
);

function fields() {
  return fc.constantFrom<number[][]>([], [0], [1], [0, 1]);
}

/** One who stands in line for a value. */
interface Holder {
  inField: boolean;
  claimed: boolean;
  waived: boolean;
  since: number;
}

/** The rules, as plainly as they can be said. */
class Model {
  #moment = 0;
  readonly #lines = VALUES.map(() => new Map<number, Holder>());

  /** The first who came to hold the value and has not let go of it, among those of one division. */
  claimant(value: number, slot: number): number | undefined {
    const line = [...this.#line(value)].filter(([holder, { waived }]) => isUnassigned(holder) === isUnassigned(slot) && !waived);
    return line.sort(([, a], [, b]) => a.since - b.since)[0]?.[0];
  }

  save(slot: number, fields: number[][]): void {
    for (const value of VALUES) {
      const holder = this.#line(value).get(slot);
      const inField = (fields[value] ?? []).length > 0;
      if (inField && holder) holder.inField = true;
      else if (inField) this.#line(value).set(slot, { inField, claimed: false, waived: false, since: ++this.#moment });
      else if (holder?.claimed) holder.inField = false;
      else this.#line(value).delete(slot);
    }
  }

  delete(slot: number): void {
    for (const value of VALUES) this.#line(value).delete(slot);
  }

  /** @returns whether the claim is granted */
  claim(slot: number, value: number): boolean {
    const claimant = this.claimant(value, slot);
    if (claimant !== undefined && claimant !== slot) return false;
    const holder = this.#line(value).get(slot);
    const since = holder && !holder.waived ? holder.since : ++this.#moment;
    this.#line(value).set(slot, { inField: holder?.inField ?? false, claimed: true, waived: false, since });
    return true;
  }

  /** @returns whether there was a claim to let go of */
  release(slot: number, value: number): boolean {
    if (this.claimant(value, slot) !== slot) return false;
    const holder = this.#line(value).get(slot) as Holder;
    if (holder.inField) this.#line(value).delete(slot);
    else this.#line(value).delete(slot);
    return true;
  }

  #line(value: number): Map<number, Holder> {
    return this.#lines[value] as Map<number, Holder>;
  }
}

const isUnassigned = (slot: number) => slot !== 3;

let runs = 0;
/** Values that no other run has. */
function freshIdentifiers(): { type: string; value: string }[] {
  runs += 1;
  const serial = String(runs).padStart(4, '0');
  return [
    { type: 'Phone', value: `+1317555${serial}` },
    { type: 'Email', value: `shared${serial}@example.com` },
    { type: 'SocialTwitter', value: `shared_${serial}` },
  ];
}

function contactWith(slot: number, fields: number[][], identifiers: { value: string }[]): Json {
  const [phone, email, twitter] = identifiers.map(({ value }) => value);
  const body: Json = isUnassigned(slot) ? { firstName: 'Unassigned' } : { firstName: 'Divided', division: { id: division } };
  for (const field of fields[0] ?? []) body[['workPhone', 'cellPhone'][field] as string] = { display: phone };
  for (const field of fields[1] ?? []) body[['workEmail', 'otherEmail'][field] as string] = email;
  if (fields[2]?.length) body.twitterId = { screenName: twitter };
  return body;
}

async function play(script: Step[]): Promise<void> {
  const identifiers = freshIdentifiers();
  const ids = new Map<number, string>();
  const model = new Model();
  const send = (method: string, path: string, body?: unknown) => server.request(method, E + path, body === undefined ? {} : { body });

  const perform = async (step: Step) => {
    const id = ids.get(step.slot);
    if (step.do === 'save') {
      const body = contactWith(step.slot, step.fields, identifiers);
      const saved = id ? await send('PUT', `/contacts/${id}`, body) : await send('POST', '/contacts', body);
      expect(saved.status).toBe(200);
      ids.set(step.slot, saved.body.id);
      model.save(step.slot, step.fields);
    } else if (id === undefined) {
      return;
    } else if (step.do === 'delete') {
      expect((await send('DELETE', `/contacts/${id}`)).status).toBe(200);
      ids.delete(step.slot);
      model.delete(step.slot);
    } else {
      const identifier = identifiers[step.value];
      const owner = model.claimant(step.value, step.slot);
      const { body } = await send('PATCH', `/contacts/${id}/identifiers`, { operation: step.do === 'claim' ? 'Claim' : 'Release', identifier });
      if (model[step.do](step.slot, step.value)) expect(body).toMatchObject({ ...identifier, division: { id: isUnassigned(step.slot) ? '*' : division } });
      else if (step.do === 'release') expect(body).toMatchObject({ status: 404, code: 'identifier.not.found' });
      else expect(body).toMatchObject({ status: 409, code: 'identifier.already.claimed', details: [{ entityId: ids.get(owner as number) }] });
    }
  };

  const compare = async () => {
    const contacts = [...ids].map(async ([slot, id]) => {
      const wanted = identifiers.filter((_, value) => model.claimant(value, slot) === slot).map((identifier) => expect.objectContaining(identifier));
      const [listed, expanded] = await Promise.all([send('GET', `/contacts/${id}/identifiers`), send('GET', `/contacts/${id}?expand=identifiers`)]);
      const sorted = (entities: { type: string }[]) =>
        entities.toSorted((a, b) => identifiers.findIndex(({ type }) => type === a.type) - identifiers.findIndex(({ type }) => type === b.type));
      expect(sorted(listed.body.entities), `contact ${slot}`).toEqual(wanted);
      expect(expanded.body.identifiers).toEqual(listed.body.entities);
    });
    const lookUps = identifiers.flatMap((identifier, value) =>
      [0, 3].map(async (slot) => {
        const owner = model.claimant(value, slot);
        const found = await send('POST', '/identifierlookup/contacts', { ...identifier, division: { id: isUnassigned(slot) ? '*' : division } });
        expect(found.body.id, `${identifier.type} ${slot === 0 ? 'unassigned' : 'in the division'}`).toBe(owner === undefined ? undefined : ids.get(owner));
        expect(found.status).toBe(owner === undefined ? 404 : 200);
      }),
    );
    await Promise.all([...contacts, ...lookUps]);
  };

  for (const step of script) {
    await perform(step);
    await compare();
  }
}

it('a claim is where the model says, after every step', async () => {
  await fc.assert(fc.asyncProperty(steps, play), { numRuns: 100 });
  const database = await connectDatabase(server);
  const { rows } = await database.query(
    'select * from identifiers i where not exists (select from contacts c where c.org_id = i.org_id and c.id = i.owner_id and c.division_id = i.division_id)',
  );
  expect(rows).toEqual([]);
  expect((await database.query('select * from identifiers where not held and not pinned or waived and pinned')).rows).toEqual([]);
  await database.end();
});

it('of many who claim at once, one has the claim', async () => {
  const makeMany = () => Promise.all(Array.from({ length: 8 }, () => server.request('POST', `${E}/contacts`, { body: {} })));
  for (let round = 0; round < 5; round += 1) {
    const identifier = { type: 'Cookie', value: `raced-${round}` };
    const contacts = (await makeMany()).map(({ body }) => body.id as string);
    const answers = await Promise.all(
      contacts.map((id) => server.request('PATCH', `${E}/contacts/${id}/identifiers`, { body: { operation: 'Claim', identifier } })),
    );
    const winner = contacts[answers.findIndex(({ status }) => status === 200)];
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, ...Array(7).fill(409)]);
    for (const { body } of answers.filter(({ status }) => status === 409)) expect(body.details[0].entityId).toBe(winner);
    expect((await server.request('POST', `${E}/identifierlookup/contacts`, { body: identifier })).body.id).toBe(winner);
  }
});

it('of many who are created with a value at once, one has the claim, and it passes from one to the next', async () => {
  const workEmail = 'everybody@example.com';
  const made = await Promise.all(Array.from({ length: 8 }, () => server.request('POST', `${E}/contacts`, { body: { workEmail } })));
  const left = new Set(made.map(({ body }) => body.id as string));
  expect(left.size).toBe(8);
  for (let round = 8; round > 0; round -= 1) {
    const { body: owner } = await server.request('POST', `${E}/identifierlookup/contacts`, { body: { type: 'Email', value: workEmail } });
    expect(left.delete(owner.id)).toBe(true);
    await server.request('DELETE', `${E}/contacts/${owner.id}`);
  }
  expect((await server.request('POST', `${E}/identifierlookup/contacts`, { body: { type: 'Email', value: workEmail } })).status).toBe(404);
});
