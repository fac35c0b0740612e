// npm run fuzz -- [--requests 1000000] [--seed 42] [--only INDEX] [--in-flight 16]
import { parseArgs } from 'node:util';
import { startServer } from '../server.ts';
import { CARE } from '../trust-walk.ts';
import { fuzz, report } from './fuzz.ts';

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '1000000' },
    seed: { type: 'string' },
    only: { type: 'string' },
    'in-flight': { type: 'string', default: '16' },
  },
});
const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(values.seed);
const server = await startServer(CARE);
// The log of what went wrong, by the contextId of its answer; its lines are JSON.
server.process.stdout?.on('data', (chunk: Buffer) => {
  for (const line of chunk.toString().split('\n')) if (line.startsWith('{')) console.error(line);
});
console.log(`seed ${seed}, ${values.only === undefined ? `${values.requests} requests` : `request ${values.only} alone`}, against ${server.url}`);
try {
  const result = await fuzz(server, {
    seed,
    requests: Number(values.requests),
    only: values.only === undefined ? undefined : Number(values.only),
    inFlight: Number(values['in-flight']),
    onProgress: (done, failures) => console.log(`${done} requests, ${failures} failures`),
    onFailure: ({ index, why, shot }) => console.log(`--seed ${seed} --only ${index}: ${shot.operation.id} ${why}`),
  });
  if (result.failures.length > 0) console.log(`\n${report(result)}`);
  const statuses = Object.entries(result.statuses).map(([status, count]) => `${status}: ${count}`);
  console.log(`\n${result.requests} requests, ${result.perSecond} a second; ${statuses.join(', ')}`);
  console.log(`${result.succeeded.size} of ${result.operations} operations succeeded at least once; ${result.failures.length} failures`);
  if (result.refused.length > 0) console.log(`never: ${result.refused.join(', ')}`);
  process.exitCode = result.failures.length > 0 ? 1 : 0;
} finally {
  await server.stop();
}
