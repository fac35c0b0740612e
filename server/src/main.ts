#!/usr/bin/env node
// Serves: config, database, app, signals.
import { resolve } from 'node:path';
import { ensureFirstRun } from './access/index.ts';
import { createApp } from './app.ts';
import { type Config, readConfig } from './config.ts';
import { loadContract } from './contract/load.ts';
import { openStore } from './db/open.ts';

const OLDEST_NODE = 24;

async function main(): Promise<void> {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < OLDEST_NODE)
    throw new Error(`Liaison needs Node.js ${OLDEST_NODE} or later; this is ${process.versions.node}. "npm start" in its folder brings the right one along.`);
  const config = readConfig(process.env);
  const store = await openStore(config, (line) => console.log(line));
  try {
    const app = await createApp({ config, contract: loadContract(), database: store.database });
    const url = await app.listen({ host: config.host, port: config.port });
    const stop = once(async (signal: string) => {
      app.log.info(`${signal}: finishing the requests under way`);
      await app.close();
      await store.close();
      process.exit(0);
    });
    process.on('SIGTERM', () => stop('SIGTERM'));
    process.on('SIGINT', () => stop('SIGINT'));
    await announce(config, store.database, url);
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function announce(config: Config, database: Parameters<typeof ensureFirstRun>[0]['database'], listening: string): Promise<void> {
  const url = config.publicUrl ?? listening.replace('0.0.0.0', 'localhost').replace('[::]', 'localhost');
  const made = await ensureFirstRun({ database, folder: resolve(config.dataDir), url });
  console.log(`\nLiaison is ready at ${url}\n  API reference  ${url}/docs\n  Log-in details ${made.file}`);
  if (made.facts) {
    console.log(`\nThis is the first start. Your organization and its first log-ins (also in the file above):`);
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

main().catch((error: Error) => {
  console.error(`Liaison could not start. ${error.message}`);
  process.exit(1);
});
