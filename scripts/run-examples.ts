// Runs each example against a server made for it, as its reader would: `npm run examples`, or some by name.
import { spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { startServer } from '../acceptance/src/server.ts';

const EXAMPLES = ['curl.sh', 'first-contact.ts', 'directory.ts', 'keep-a-copy.ts'];
/** Far more than any needs: directory.ts takes some 10 s on two cores. */
const TIMEOUT_MS = 120_000;

async function main(wanted: string[]): Promise<number> {
  const unknown = wanted.filter((name) => !EXAMPLES.includes(name));
  if (unknown.length > 0) throw new Error(`There is no example ${unknown.join(', ')}; there are ${EXAMPLES.join(', ')}.`);
  let failed = 0;
  for (const name of wanted.length > 0 ? wanted : EXAMPLES) {
    if (name.endsWith('.sh') && spawnSync('curl', ['--version']).error) {
      console.log(`- ${name}: left out, because there is no curl on this machine`);
      continue;
    }
    const since = Date.now();
    const code = await runExample(name);
    const seconds = ((Date.now() - since) / 1000).toFixed(1);
    console.log(code === 0 ? `✓ ${name} (${seconds} s)\n` : `✗ ${name} ended with ${code} after ${seconds} s\n`);
    if (code !== 0) failed += 1;
  }
  return failed;
}

/** @returns its exit code, or what ended it */
async function runExample(name: string): Promise<number | string> {
  const server = await startServer();
  try {
    const path = fileURLToPath(new URL(`../examples/src/${name}`, import.meta.url));
    const [command, ...args] = name.endsWith('.sh') ? ['sh', path] : [process.execPath, path];
    const { clientId, clientSecret } = server.firstRun;
    const child = spawn(command as string, args, {
      env: { ...process.env, LIAISON_URL: server.url, CLIENT_ID: clientId, CLIENT_SECRET: clientSecret },
      stdio: ['ignore', 'inherit', 'inherit'],
      timeout: TIMEOUT_MS,
    });
    return await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code, signal) => resolve(code ?? signal ?? 'nothing'));
    });
  } finally {
    await server.stop();
  }
}

process.exitCode = (await main(process.argv.slice(2))) > 0 ? 1 : 0;
