// What tests of bulk jobs share: many records, and a job that is waited for.
import { must } from './access-callers.ts';
import { E } from './directory.ts';
import { until } from './importing.ts';
import type { Json, Server } from './server.ts';

export const B = '/liaison/v1/bulk-jobs';

const AT_ONCE = 500;

/** @returns their ids */
export async function makeMany(server: Server, kind: 'contacts' | 'organizations', bodies: readonly object[]): Promise<string[]> {
  const ids: string[] = [];
  for (let at = 0; at < bodies.length; at += AT_ONCE) {
    const { results, errorCount } = await must(server, 'POST', `${E}/bulk/${kind}/add`, { entities: bodies.slice(at, at + AT_ONCE) });
    if (errorCount > 0) throw new Error(JSON.stringify(results.find(({ success }: Json) => !success)));
    ids.push(...results.map(({ id }: Json) => id));
  }
  return ids;
}

export const bulkJob = (server: Server, id: string, token?: string): Promise<Json> => must(server, 'GET', `${B}/${id}`, undefined, token);

const RESTS = ['Counted', 'Completed', 'Failed', 'Cancelled'];

/** @returns the job once nothing happens to it by itself any more */
export const settled = (server: Server, id: string, ms?: number): Promise<Json> =>
  until(
    () => bulkJob(server, id),
    ({ status, undo }) => RESTS.includes(status) && undo?.status !== 'Running',
    ms,
  );

export async function runBulk(server: Server, body: object, token?: string): Promise<Json> {
  return settled(server, (await must(server, 'POST', B, body, token)).id);
}

export async function undone(server: Server, id: string, token?: string): Promise<Json> {
  await must(server, 'POST', `${B}/${id}/undo`, undefined, token);
  return settled(server, id);
}

/** Lines of the report, without its header. */
export async function refusals(server: Server, id: string, { report = 'job', token }: { report?: string; token?: string } = {}): Promise<string[]> {
  const answer = await server.request('GET', `${B}/${id}/refusals?report=${report}`, token === undefined ? {} : { token });
  if (answer.status !== 200) throw new Error(answer.text);
  return answer.text.split('\r\n').slice(1, -1);
}

export async function search(server: Server, filter: object, kind: 'contacts' | 'organizations' = 'contacts'): Promise<Json[]> {
  const found: Json[] = [];
  for (let cursor: string | undefined, more = true; more; more = cursor !== undefined) {
    const page: Json = await must(server, 'POST', `/liaison/v1/${kind}/search`, { filter, limit: 200, ...(cursor ? { cursor } : {}) });
    found.push(...page.entities);
    cursor = page.cursors.after;
  }
  return found;
}
