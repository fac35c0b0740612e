// Linked calls about a few contacts that nobody else knows: they are made, changed, merged, unmerged, enriched, observed and
// deleted, and what every read shows is held against what the calls before it answered.
import { isDeepStrictEqual } from 'node:util';
import { E } from '../directory.ts';
import type { Json } from '../server.ts';
import type { Random } from './random.ts';

/** Sends a request of an operation. @returns undefined where it went wrong in a way that is reported already */
export type Ask = (operationId: string, method: string, path: string, body?: unknown) => Promise<{ status: number; body: Json } | undefined>;

/** @param name that no other session has. @returns what is left, and what was not as it had to be, with the call it was seen at */
export async function playSession(ask: Ask, random: Random, name: string): Promise<{ left: string[]; fault?: string }> {
  const session = new Session(ask, random, name);
  try {
    for (let calls = random.between(5, 50); calls > 0; calls -= 1) await session.act();
  } catch (error) {
    if (!(error instanceof Over)) throw error;
    return { left: session.left(), ...(error.message === '' ? {} : { fault: error.message }) };
  }
  return { left: session.left() };
}

/** The session ends: with a fault where it has a message. */
class Over extends Error {}

class Session {
  readonly #ask: Ask;
  readonly #random: Random;
  readonly #name: string;
  #count = 0;
  /** Canonical contacts as they were answered last. */
  readonly #living = new Map<string, Json>();
  /** Where every id leads that there ever was; undefined where it leads nowhere. */
  readonly #leads = new Map<string, string | undefined>();
  /** Results of merges, and what they were made of. */
  readonly #merges = new Map<string, Json[]>();

  constructor(ask: Ask, random: Random, name: string) {
    this.#ask = ask;
    this.#random = random;
    this.#name = name;
  }

  left = (): string[] => [...this.#living.keys()];

  async act(): Promise<void> {
    const living = this.left();
    const acts = [() => this.#create()];
    if (living.length > 0)
      acts.push(...[this.#put, this.#patch, this.#enrich, this.#observe, this.#read, this.#read].map((act) => () => act(this.#random.pick(living))));
    if (living.length > 3) acts.push(() => this.#delete(this.#random.pick(living)));
    if (living.length > 1)
      acts.push(
        () => this.#merge(living),
        () => this.#merge(living),
      );
    if (this.#merges.size > 0) acts.push(...Array(3).fill(() => this.#unmerge(this.#random.pick([...this.#merges.keys()]))));
    await this.#random.pick(acts)();
    await this.#read();
  }

  async #call(operationId: string, method: string, path: string, body?: unknown, wanted = 200): Promise<Json> {
    const answer = await this.#ask(operationId, method, path, body);
    // Tokens and quotas are other requests' affair.
    if (!answer || answer.status === 401 || answer.status === 429) throw new Over();
    if (answer.status !== wanted)
      throw new Over(`${operationId} in a session answers ${answer.status} for ${wanted}: ${JSON.stringify(answer.body).slice(0, 500)}`);
    return answer.body;
  }

  #expect(what: string, actual: Json, expected: Json): void {
    if (!isDeepStrictEqual(actual, expected)) throw new Over(`a session finds ${what} is ${JSON.stringify(actual)} for ${JSON.stringify(expected)}`);
  }

  #keep(body: Json): Json {
    this.#living.set(body.id, body);
    this.#leads.set(body.id, body.id);
    return body;
  }

  #forget(id: string): void {
    this.#living.delete(id);
    this.#merges.delete(id);
  }

  #fields(): Json {
    const email = `${this.#name}-${this.#random.between(0, 5)}@example.com`;
    const some = {
      firstName: 'Ada',
      lastName: 'Lovelace',
      title: email,
      workEmail: email,
      otherEmail: `Other.${email}`,
      address: { city: 'London' },
      surveyOptOut: true,
    };
    return Object.fromEntries(Object.entries(some).filter(() => this.#random.chance(0.5)));
  }

  #create = async () => this.#keep(await this.#call('postExternalcontactsContacts', 'POST', `${E}/contacts`, this.#fields()));

  /** By any id of the set. */
  #anyId = (canonical: string) => this.#random.pick([...this.#leads].filter(([, to]) => to === canonical).map(([id]) => id));

  #put = async (id: string) => this.#keep(await this.#call('putExternalcontactsContact', 'PUT', `${E}/contacts/${this.#anyId(id)}`, this.#fields()));

  #patch = async (id: string) => {
    const changes = [{ field: '$.title', value: `Title ${this.#random.between(0, 9)}`, action: this.#random.pick(['Update', 'UpdateIfEmpty', 'Remove']) }];
    this.#keep(await this.#call('patchExternalcontactsContact', 'PATCH', `${E}/contacts/${this.#anyId(id)}`, { changes }));
  };

  #cookie = async (id: string): Promise<Json> => {
    this.#count += 1;
    const identifier = { type: 'Cookie', value: `${this.#name} ${this.#count}` };
    await this.#call('patchExternalcontactsContactIdentifiers', 'PATCH', `${E}/contacts/${this.#anyId(id)}/identifiers`, { operation: 'Claim', identifier });
    return identifier;
  };

  #enrich = async (id: string) => {
    const body = { matchingIdentifiers: [await this.#cookie(id)], action: this.#random.pick(['Update', 'Upsert', 'Merge']), contact: this.#fields() };
    const enriched = this.#keep(await this.#call('postExternalcontactsContactsEnrich', 'POST', `${E}/contacts/enrich`, body));
    this.#expect('who was enriched', enriched.id, id);
  };

  #observe = async (id: string) => {
    const known = this.#random.chance(0.6) ? await this.#cookie(id) : undefined;
    const identifiers = [known ?? { type: 'Cookie', value: `${this.#name} ${++this.#count}` }];
    const { contact } = await this.#call('postLiaisonObserve', 'POST', '/liaison/v1/observe', { identifiers }, known ? 200 : 201);
    if (known) this.#expect('who was observed', contact, this.#living.get(id));
    else this.#keep(contact);
  };

  #delete = async (id: string) => {
    await this.#call('deleteExternalcontactsContact', 'DELETE', `${E}/contacts/${id}`);
    this.#forget(id);
    for (const [one, to] of this.#leads) if (to === id) this.#leads.set(one, undefined);
  };

  #merge = async (living: string[]) => {
    const inputs = [...new Set([0, 1, 2].map(() => this.#random.pick(living)))];
    const contactIds = inputs.map((id) => this.#anyId(id));
    if (contactIds.length < 2) return;
    const result = await this.#call('postExternalcontactsContactsMerge', 'POST', `${E}/contacts/merge`, { contactIds });
    this.#expect(
      'of what was merged',
      result.mergedFrom.map(({ id }: Json) => id),
      inputs,
    );
    this.#merges.set(
      result.id,
      inputs.map((id) => this.#living.get(id)),
    );
    for (const id of inputs) this.#living.delete(id);
    for (const [one, to] of this.#leads) if (to !== undefined && inputs.includes(to)) this.#leads.set(one, result.id);
    this.#keep(result);
  };

  #unmerge = async (id: string) => {
    if (this.#leads.get(id) !== id) {
      await this.#call('postLiaisonContactUnmerge', 'POST', `/liaison/v1/contacts/${id}/unmerge`, undefined, this.#leads.get(id) === undefined ? 404 : 409);
      return;
    }
    const { contacts } = await this.#call('postLiaisonContactUnmerge', 'POST', `/liaison/v1/contacts/${id}/unmerge`);
    this.#expect('who came back', contacts.map(lasting), this.#merges.get(id)?.map(lasting));
    this.#forget(id);
    const ancestors = [...this.#leads].filter(([one, to]) => to === id && one !== id).map(([one]) => one);
    this.#leads.set(id, undefined);
    for (const contact of contacts) {
      this.#keep(contact);
      const set = contact.mergeSet?.map((one: Json) => one.id) ?? [];
      for (const one of ancestors) if (set.includes(one)) this.#leads.set(one, contact.id);
    }
  };

  #read = async (_?: string) => {
    if (this.#leads.size === 0) return;
    const [id, to] = this.#random.pick([...this.#leads]);
    const body = await this.#call('getExternalcontactsContact', 'GET', `${E}/contacts/${id}`, undefined, to === undefined ? 404 : 200);
    if (to !== undefined) this.#expect(`the contact by ${id === to ? 'its id' : "an ancestor's id"}`, body, this.#living.get(to));
  };
}

/** Contacts come back modified. */
const lasting = ({ modifyDate: _, ...body }: Json) => body;
