// Serves: config, database, app, signals.
import { resolve } from 'node:path';
import { ensureFirstRun } from './access/index.ts';
import { createApp } from './app.ts';
import { type Config, readConfig } from './config.ts';
import { loadContract } from './contract/load.ts';
import { openStore } from './db/open.ts';

const OLDEST_NODE = 24;
const SWEEP_MS = 20;

export async function serve(): Promise<void> {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < OLDEST_NODE)
    throw new Error(`Liaison needs Node.js ${OLDEST_NODE} or later; this is ${process.versions.node}. "npm start" in its folder brings the right one along.`);
  const config = readConfig(process.env);
  const store = await openStore(config, (line) => console.log(line));
  let ready = false;
  try {
    const app = await createApp({ config, contract: loadContract(), database: store.database, ready: () => ready });
    const url = await app.listen({ host: config.host, port: config.port });
    const stop = once(async (signal: string) => {
      app.log.info(`${signal}: finishing the requests under way`);
      // A connection that was busy when the closing began is kept alive by its client, and would hold it up for a minute.
      const sweep = setInterval(() => app.server.closeIdleConnections(), SWEEP_MS);
      await app.close();
      clearInterval(sweep);
      await store.close();
      process.exit(0);
    });
    process.on('SIGTERM', () => stop('SIGTERM'));
    process.on('SIGINT', () => stop('SIGINT'));
    const made = await ensureFirstRun({ database: store.database, folder: resolve(config.dataDir), url: publicUrl(config, url) });
    ready = true;
    announce(publicUrl(config, url), made);
  } catch (error) {
    await store.close();
    throw error;
  }
}

function publicUrl(config: Config, listening: string): string {
  return config.publicUrl ?? listening.replace('0.0.0.0', 'localhost').replace('[::]', 'localhost');
}

function announce(url: string, made: Awaited<ReturnType<typeof ensureFirstRun>>): void {
  console.log(`\nLiaison is ready at ${url}\n  API reference  ${url}/docs\n  Log-in details ${made.file}`);
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
