// How fast an export is: `npm run bench -- exports 1000000`. Each format beside COPY of the very same statement, read by a
// bare client that throws it away, and beside COPY of the table.
import type { Client } from 'pg';
import { to } from 'pg-copy-streams';
import { must } from '../../acceptance/src/access-callers.ts';
import { connectDatabase } from '../../acceptance/src/database.ts';
import { X } from '../../acceptance/src/exporting.ts';
import { until } from '../../acceptance/src/importing.ts';
import { withSettings } from '../../server/src/db/copy-out.ts';
import { TENANT_ROLE } from '../../server/src/db/migrate.ts';
import type { Format } from '../../server/src/exports/export.ts';
import { LINES, type Question } from '../../server/src/exports/question.ts';
import { ensureLoaded } from './load.ts';
import { cpuSince, postgresCpuMs, startOurs } from './servers.ts';
import { idleMbOf, type Ours, perSecond, stretch, told } from './stretch.ts';

const EXPORT_TARGET = 0.8;
const EXPORT_MS_MAX = 30 * 60_000;
const FORMATS: readonly Format[] = ['csv', 'ndjson'];

export async function benchExports(contacts: number): Promise<void> {
  const server = await startOurs(await ensureLoaded(contacts));
  try {
    await measureExports(server);
  } finally {
    await server.stop({ keep: true });
  }
}

export async function measureExports(server: Ours): Promise<void> {
  const database = await connectDatabase(server, { user: 'postgres' });
  try {
    await database.query('vacuum analyze contacts');
    // All pages are read once before anybody's clock starts.
    await thrownAway(server, database, 'copy contacts to stdout');
    const idleMb = await idleMbOf(server);
    for (const format of FORMATS) {
      const ours = await stretch(server, idleMb, () => whole(server, format));
      const { status, statusDetails, resultRowCount } = ours.result;
      if (status !== 'SUCCEEDED') throw new Error(`the export ended as ${status}: ${statusDetails}`);
      console.log(told(`export as ${format}`, resultRowCount, ours));
      const against = (what: string, floor: Cost, target?: number) => {
        const ratio = floor.seconds / ours.seconds;
        const ofCpu = floor.cpuSeconds / (ours.serverCpuSeconds + ours.postgresCpuSeconds);
        const mark = target !== undefined && ratio < target ? ` < ${target}` : '';
        console.log(
          `${what.padEnd(34)} ${floor.seconds.toFixed(1).padStart(7)} s ${perSecond(resultRowCount, floor.seconds).padStart(9)}/s   the export is ${ratio.toFixed(2)} of it${mark}, ${ofCpu.toFixed(2)} by processor time`,
        );
      };
      against('COPY of its statement', await sameStatement(server, database, format), EXPORT_TARGET);
      against('COPY of the table', await thrownAway(server, database, 'copy contacts to stdout'));
    }
  } finally {
    await database.end();
  }
}

async function whole(server: Ours, format: Format) {
  const { selfUri } = await must(server, 'POST', X, { kind: 'contact', format });
  return until(
    () => must(server, 'GET', selfUri),
    ({ status }) => status !== 'RUNNING',
    EXPORT_MS_MAX,
  );
}

interface Cost {
  seconds: number;
  /** Of PostgreSQL and the client. */
  cpuSeconds: number;
}

async function thrownAway({ folder }: Ours, database: Client, copy: string): Promise<Cost> {
  const [postgres, client, began] = [postgresCpuMs(folder), process.cpuUsage(), performance.now()];
  for await (const _ of database.query(to(copy)));
  const seconds = (performance.now() - began) / 1000;
  const { user, system } = process.cpuUsage(client);
  return { seconds, cpuSeconds: cpuSince(postgres, postgresCpuMs(folder)) / 1000 + (user + system) / 1e6 };
}

/** As the server sends it, for all curated contacts. */
async function sameStatement(server: Ours, database: Client, format: Format): Promise<Cost> {
  const { organizationId: orgId } = server.firstRun;
  const { statement, values } = LINES.contact[format](allOf(orgId));
  await database.query('begin read only');
  await database.query(`set local role ${TENANT_ROLE}`);
  await database.query("select set_config('liaison.org_id', $1, true)", [orgId]);
  for (const [i, value] of values.entries())
    await database.query('select set_config($1, $2, true)', [`liaison.v${i + 1}`, Array.isArray(value) ? `{${value.join()}}` : String(value ?? '')]);
  const cost = await thrownAway(server, database, `copy (${withSettings(statement)}) to stdout (format binary)`);
  await database.query('commit');
  return cost;
}

const allOf = (orgId: string): Question => ({
  orgId,
  kind: 'contact',
  contactDivisions: null,
  organizationDivisions: null,
  types: ['Curated'],
  includeMerged: false,
  limit: null,
  path: null,
  columns: [],
  words: null,
  formulas: false,
  customFields: [],
});
