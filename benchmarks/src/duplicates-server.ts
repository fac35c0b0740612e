// How fast a server finds duplicates: a backlog of generated people, as after an upgrade or an import, and a single new
// contact in a directory of that size. Called by duplicates.ts with --server.
import { connectDatabase } from '../../acceptance/src/database.ts';
import { newFolder } from '../../acceptance/src/server.ts';
import type { ContactFields } from '../../server/src/identity/linkage/features.ts';
import { noisyPeople } from './noisy-people.ts';
import { cpuMs, cpuSince, postgresCpuMs, residentMb, startOurs } from './servers.ts';

const CONTACTS = '/api/v2/externalcontacts/contacts';
const BULK = 1000;
const NEW_CONTACTS = 20;
const ASK_MS = 10;

type Ours = Awaited<ReturnType<typeof startOurs>>;

export async function measureServer(count: number): Promise<void> {
  const server = await startOurs(newFolder());
  try {
    await settings(server, false);
    const schemaId = await makeSchema(server);
    const loadedMs = await load(server, count, schemaId);
    console.log(`${count.toLocaleString('en')} contacts came in by bulk requests in ${(loadedMs / 1000).toFixed(1)} s`);
    const idleMb = residentMb(server.process.pid as number);
    await backlog(server, count, idleMb);
    await latency(server, schemaId);
  } finally {
    await server.stop();
  }
}

async function backlog(server: Ours, count: number, idleMb: number): Promise<void> {
  const pid = server.process.pid as number;
  const database = await connectDatabase(server);
  try {
    const [cpu, postgres] = [cpuMs(pid), postgresCpuMs(server.folder)];
    const since = performance.now();
    let [mostMb, takenInMs] = [idleMb, 0];
    await settings(server, true);
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      mostMb = Math.max(mostMb, residentMb(pid));
      const { rows } = await database.query<{ walked: boolean; taken: boolean; waits: boolean }>(
        `select (select walk_kind is null from linkage_progress) as walked, (select taken < records from linkage_models where kind = 'contact') as taken,
          exists (select from linkage_records r join linkage_models m using (org_id, kind) where r.model < m.number) as waits`,
      );
      const { walked, taken, waits } = rows[0] as { walked: boolean; taken: boolean; waits: boolean };
      if (walked && takenInMs === 0) takenInMs = performance.now() - since;
      if (walked && taken && !waits) break;
    }
    const seconds = (performance.now() - since) / 1000;
    const { rows } = await database.query('select count(*)::int as pairs, count(distinct cluster_id)::int as clusters from duplicates');
    console.log(
      `a backlog of ${count.toLocaleString('en')}: ${seconds.toFixed(1)} s (${(takenInMs / 1000).toFixed(1)} to take in), ${Math.round(count / seconds).toLocaleString('en')} records/s; CPU ${((cpuMs(pid) - cpu) / 1000).toFixed(1)} s in the server and ${(cpuSince(postgres, postgresCpuMs(server.folder)) / 1000).toFixed(1)} s in PostgreSQL; the server's memory ${idleMb.toFixed(0)} MB before, ${mostMb.toFixed(0)} MB at most; ${rows[0].pairs} pairs in ${rows[0].clusters} clusters`,
    );
  } finally {
    await database.end();
  }
}

/** From a contact's creation until the pair with its like is listed. */
async function latency(server: Ours, schemaId: string): Promise<void> {
  const found: number[] = [];
  for (const { contact } of [...noisyPeople(NEW_CONTACTS, undefined, 99)]) {
    await server.request('POST', CONTACTS, { body: bodyOf(contact, schemaId) });
    const since = performance.now();
    const { body } = await server.request('POST', CONTACTS, { body: bodyOf(contact, schemaId) });
    for (;;) {
      const { body: listed } = await server.request('GET', `/liaison/v1/duplicates?recordId=${body.id}`);
      if (listed.entities.length > 0) break;
      if (performance.now() - since > 60_000) throw new Error(`nothing was suggested of ${JSON.stringify(body)}`);
      await new Promise((resolve) => setTimeout(resolve, ASK_MS));
    }
    found.push(performance.now() - since);
  }
  found.sort((a, b) => a - b);
  console.log(
    `from a contact's creation to its suggestion: ${found[NEW_CONTACTS / 2]?.toFixed(0)} ms in the median, ${found.at(-1)?.toFixed(0)} ms at most of ${NEW_CONTACTS}`,
  );
}

async function settings(server: Ours, duplicates: boolean): Promise<void> {
  await ok(server, 'PUT', '/liaison/v1/settings', { divisionMoves: false, duplicates });
}

async function load(server: Ours, count: number, schemaId: string): Promise<number> {
  const since = performance.now();
  let entities: object[] = [];
  const send = async () => {
    await ok(server, 'POST', '/api/v2/externalcontacts/bulk/contacts/add', { entities });
    entities = [];
  };
  for (const { contact } of noisyPeople(count)) {
    entities.push(bodyOf(contact, schemaId));
    if (entities.length === BULK) await send();
  }
  if (entities.length > 0) await send();
  return performance.now() - since;
}

/** As a client would write it; companies are left out, for their ids are nobody's here. */
function bodyOf({ externalOrganization: _, customFields, ...contact }: ContactFields, schemaId: string): object {
  const phones = Object.fromEntries(
    (['workPhone', 'cellPhone', 'homePhone'] as const).map((field) => [field, contact[field]?.e164 ? { display: contact[field].e164 } : null]),
  );
  const custom = customFields && Object.keys(customFields).length > 0 ? { schema: { id: schemaId, version: 1 }, customFields: valid(customFields) } : {};
  return { ...contact, ...phones, ...custom, workEmail: email(contact.workEmail), personalEmail: email(contact.personalEmail) };
}

/** A slip of the keyboard may leave no date and no address, which a server refuses. */
const valid = ({ born_date, ...rest }: Readonly<Record<string, unknown>>) =>
  Number.isNaN(Date.parse(String(born_date))) || !/^\d{4}-\d\d-\d\d$/.test(String(born_date)) ? rest : { ...rest, born_date };
const email = (text: string | null | undefined) => (text && /^[\w.+-]+@[\w-]+(\.[\w-]+)+$/.test(text) ? text : null);

async function makeSchema(server: Ours): Promise<string> {
  const field = (type: string, more: object = {}) => ({ allOf: [{ $ref: `#/definitions/${type}` }], title: type, description: type, ...more });
  const properties = { born_date: field('date'), member_identifier: field('identifier', { minLength: 0, maxLength: 100 }) };
  const jsonSchema = { $schema: 'http://json-schema.org/draft-04/schema#', title: 'People', description: 'People', properties };
  return (await ok(server, 'POST', '/api/v2/externalcontacts/contacts/schemas', { name: 'People', jsonSchema })).id;
}

async function ok(server: Ours, method: string, path: string, body: unknown) {
  const answer = await server.request(method, path, { body });
  if (answer.status >= 300 || answer.body?.errorCount > 0) throw new Error(`${method} ${path}: ${answer.status} ${answer.text.slice(0, 1000)}`);
  return answer.body;
}
