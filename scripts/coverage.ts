// Is the whole contract served, and does the README say how much of it? Counts the operations that the vendors publish,
// starts a server (whose start fails where contract and handlers disagree), and asks it for every gap.
//
//   node scripts/coverage.ts             checks all of that
//   node scripts/coverage.ts --readme    checks the README's table alone
//   node scripts/coverage.ts --write     writes the README's table
import { readFileSync, writeFileSync } from 'node:fs';
import { startServer } from '../acceptance/src/server.ts';
import { loadContract, type Operation } from '../server/src/contract/load.ts';

/** Operations that the vendors publish under each root: what compatible means. All others are ours to change. */
const PUBLISHED: Record<string, number> = { '/api/v2/externalcontacts': 125, '/api/v2/orgauthorization': 48, '/v1/organizations/{id}/contacts': 6 };
const README = new URL('../README.md', import.meta.url);

async function main(mode: string | undefined): Promise<boolean> {
  const { operations, document } = loadContract();
  const tagOf = ({ path, method }: Operation) => document.paths[path]?.[method.toLowerCase()]?.tags?.[0] ?? 'Other';
  const table = coverageTable(operations, tagOf);
  if (mode === '--write') {
    writeFileSync(
      README,
      readFileSync(README, 'utf8').replace(TABLE, () => table),
    );
    return true;
  }
  const readme = readFileSync(README, 'utf8').match(TABLE)?.[0] === table;
  if (!readme) console.error('README.md does not say what contract/gaps.json says. Write its table anew with: npm exec -- node scripts/coverage.ts --write');
  if (mode === '--readme') return readme;
  const counted = Object.entries(PUBLISHED).map(([root, wanted]) =>
    isCount(root, operations.filter(({ path }) => path === root || path.startsWith(`${root}/`)).length, wanted),
  );
  const served = await servesGaps(operations);
  return [readme, ...counted, served].every(Boolean);
}

/** From one HTML comment to the next, with what is between. */
const TABLE = /<!-- coverage -->[\s\S]*?<!-- \/coverage -->/;

function coverageTable(operations: Operation[], tagOf: (operation: Operation) => string): string {
  const tags = [...new Set(operations.map(tagOf))].sort();
  const rows = tags.map((tag) => {
    const all = operations.filter((operation) => tagOf(operation) === tag);
    const gaps = all.filter(({ gap }) => gap).length;
    return `| ${tag} | ${all.length - gaps} | ${gaps || ''} |`;
  });
  const gaps = operations.filter(({ gap }) => gap).length;
  return [
    '<!-- coverage -->',
    `Of the ${operations.length} operations in the contract, ${operations.length - gaps} answer and ${gaps} are gaps:`,
    '',
    '| Family | answer | gaps |',
    '| --- | ---: | ---: |',
    ...rows,
    '<!-- /coverage -->',
  ].join('\n');
}

function isCount(root: string, found: number, wanted: number): boolean {
  console.log(`${String(found).padStart(5)} operations under ${root}`);
  if (found !== wanted) console.error(`  there should be ${wanted}: the contract lost or gained one that the vendor publishes`);
  return found === wanted;
}

/** Each gap has its route, and says 501 with its own name. */
async function servesGaps(operations: Operation[]): Promise<boolean> {
  const server = await startServer();
  try {
    const faults: string[] = [];
    const gaps = operations.filter(({ gap }) => gap);
    for (const { method, path, operationId } of gaps) {
      const answer = await server.request(method, path.replaceAll(/\{\w+\}/g, '1'));
      const named = method === 'HEAD' || answer.text.includes(path.startsWith('/v1/') ? 'message' : operationId);
      if (answer.status !== 501 || !named) faults.push(`${method} ${path} is a gap and answers ${answer.status} ${answer.text.slice(0, 200)}`);
    }
    console.log(`${String(operations.length).padStart(5)} operations in all, of which ${gaps.length} answer 501`);
    for (const fault of faults) console.error(fault);
    return faults.length === 0;
  } finally {
    await server.stop();
  }
}

process.exitCode = (await main(process.argv[2])) ? 0 : 1;
