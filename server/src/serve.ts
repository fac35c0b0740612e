// Serves: config, database, app, signals.
import { resolve } from 'node:path';
import { ensureFirstRun } from './access/index.ts';
import { createApp } from './app.ts';
import { type Config, readConfig } from './config.ts';
import { loadContract } from './contract/load.ts';
import { openStore } from './db/open.ts';

const OLDEST_NODE = 24;
const SWEEP_MS = 20;

/** Starts, and stops on SIGTERM or SIGINT: requests under way are answered, then the process exits 0. @throws where it cannot start */
export async function serve(): Promise<void> {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < OLDEST_NODE)
    throw new Error(`Liaison needs Node.js ${OLDEST_NODE} or later; this is ${process.versions.node}. "npm start" in its folder brings the right one along.`);
  const opened: (() => Promise<void>)[] = [];
  const closeAll = async () => {
    for (const close of opened.splice(0).reverse()) await close();
  };
  const starting = start(readConfig(process.env), opened);
  // A signal in the middle of a start waits for it, so that the database it may have started is stopped, too.
  const stop = once(async () => {
    await starting.catch(() => undefined);
    await closeAll();
    process.exit(0);
  });
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  await starting.catch(async (error: unknown) => {
    await closeAll();
    throw error;
  });
}

/** @param opened takes what has to be closed, in the order in which it was opened */
async function start(config: Config, opened: (() => Promise<void>)[]): Promise<void> {
  const store = await openStore(config, (line) => console.log(line));
  opened.push(store.close);
  let ready = false;
  const app = await createApp({ config, contract: loadContract(), database: store.database, ready: () => ready });
  opened.push(async () => {
    // A connection that was busy when the closing began is kept alive by its client, and would hold it up for a minute.
    const sweep = setInterval(() => app.server.closeIdleConnections(), SWEEP_MS);
    await app.close();
    clearInterval(sweep);
  });
  const url = publicUrl(config, await app.listen({ host: config.host, port: config.port }));
  const made = await ensureFirstRun({ database: store.database, folder: resolve(config.dataDir), url });
  ready = true;
  announce(url, made);
}

function publicUrl(config: Config, listening: string): string {
  return config.publicUrl ?? listening.replace('0.0.0.0', 'localhost').replace('[::]', 'localhost');
}

function announce(url: string, made: Awaited<ReturnType<typeof ensureFirstRun>>): void {
  console.log(`\nLiaison is ready at ${url}\n  Console        ${url}/console/\n  API reference  ${url}/docs\n  Log-in details ${made.file}`);
  if (made.facts) {
    console.log('\nThis is the first start. Your organization and its first log-ins (also in the file above):');
    for (const [name, value] of Object.entries(made.facts)) console.log(`  ${name.padEnd(15)} ${value}`);
  }
}

function once<A extends unknown[]>(work: (...args: A) => Promise<void>): (...args: A) => void {
  let done = false;
  return (...args) => {
    if (done) return;
    done = true;
    work(...args).catch((error: unknown) => {
      console.error(error);
      process.exit(1);
    });
  };
}
