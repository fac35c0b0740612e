// What the tests of duplicates share: records that are probably one, and waiting for what the server finds by itself.
import { must } from './access-callers.ts';
import { connectDatabase } from './database.ts';
import { E, idsOf } from './directory.ts';
import type { Json, Server } from './server.ts';

export const D = '/liaison/v1/duplicates';

const ASK_MS = 25;
const PATIENCE_MS = 60_000;

/** Asks until the answer is as wanted. @throws what the last answer was, where it never is */
export async function until<T>(ask: () => Promise<T>, wanted: (answer: T) => boolean): Promise<T> {
  const since = performance.now();
  for (;;) {
    const answer = await ask();
    if (wanted(answer)) return answer;
    if (performance.now() - since > PATIENCE_MS) throw new Error(`it never came to what was waited for, but to ${JSON.stringify(answer).slice(0, 2000)}`);
    await new Promise((resolve) => setTimeout(resolve, ASK_MS));
  }
}

export async function listed(server: Server, query = '', token?: string): Promise<Json[]> {
  return (await must(server, 'GET', `${D}?limit=100&${query}`, undefined, token)).entities;
}

let people = 0;

/** Somebody whom no other test knows; the same number is the same person. */
export function person(number: number = ++people): Json {
  const letters = [...String(number * 7919 + 1_000_003)].map((digit) => 'bdfgklmnpt'[Number(digit)]).join('a');
  return {
    firstName: `Ro${letters.slice(0, 6)}`,
    lastName: `Va${letters.slice(4)}`,
    workEmail: `${letters}@example.com`,
    cellPhone: { display: `+1317${String(5_000_000 + number)}` },
    address: { address1: `${number} ${letters} Street`, city: `Ci${letters}`, postalCode: String(20_000 + number), countryCode: 'US' },
  };
}

export const contact = (server: Server, body: object): Promise<Json> => must(server, 'POST', `${E}/contacts`, body);

/** The open pair of a record, once it is suggested. */
export async function suggestionOf(server: Server, recordId: string, kind = 'contact'): Promise<Json> {
  const [pair] = await until(
    () => listed(server, `kind=${kind}&recordId=${recordId}`),
    (pairs) => pairs.length > 0,
  );
  return pair;
}

/** Two contacts that are one person, and the pair that is suggested. */
export async function twins(server: Server, more: object = {}): Promise<{ a: Json; b: Json; pair: Json }> {
  const body = { ...person(), ...more };
  const [a, b] = [await contact(server, body), await contact(server, body)];
  return { a, b, pair: await suggestionOf(server, b.id) };
}

/** By bulk requests. @returns their ids, in order */
export async function addAll(server: Server, bodies: object[]): Promise<string[]> {
  const ids: string[] = [];
  for (let i = 0; i < bodies.length; i += 500) {
    const { results } = await must(server, 'POST', `${E}/bulk/contacts/add`, { entities: bodies.slice(i, i + 500) });
    ids.push(...idsOf(results));
  }
  return ids;
}

/** How far it is: records taken in, those that wait, and whether all are taken in and learned from. */
export async function state(server: Server): Promise<{ taken: number; waiting: number; settled: boolean }> {
  const database = await connectDatabase(server);
  const { rows } = await database.query(
    `select (select count(*)::int from linkage_records) as taken, (select count(*)::int from linkage_records r join linkage_models m using (org_id, kind) where r.model < m.number) as waiting,
      exists (select from linkage_progress p join linkage_models m using (org_id) where p.walk_kind is null and m.kind = 'contact' and m.taken < m.records) as settled`,
  );
  await database.end();
  return rows[0];
}

/** Resolves once there is nothing more to be found. */
export const done = (server: Server) =>
  until(
    () => state(server),
    ({ waiting, settled }) => settled && waiting === 0,
  );
