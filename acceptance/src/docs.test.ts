// What the documentation says is so: its commands run, its paths and links lead somewhere, its tables are complete.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { newFolder } from './server.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const decisions = readdirSync(join(ROOT, 'docs/decisions')).map((name) => `docs/decisions/${name}`);
const pages = [...readdirSync(ROOT), ...readdirSync(join(ROOT, 'docs')).map((name) => `docs/${name}`), ...decisions].filter((path) => path.endsWith('.md'));

/** The fenced blocks that follow the HTML comment `<!-- mark -->`, in order. */
function blocks(text: string, mark: string): string[] {
  return [...text.matchAll(/<!-- (\w+) -->\n```\w*\n([\s\S]*?)```/g)].flatMap(([, found, block = '']) => (found === mark ? [block.trim()] : []));
}

describe('README.md', () => {
  const readme = read('README.md');
  const folder = newFolder();
  let server: ChildProcess;

  beforeAll(async () => {
    const [start = ''] = blocks(readme, 'start');
    const [install, run] = start.split(' && ');
    // The tests would pull the floor from under their own feet if they installed anew; .ci/run did it a moment ago.
    expect(install).toBe('npm ci');
    server = spawn('sh', ['-c', run as string], {
      cwd: ROOT,
      env: { ...process.env, PORT: '0', DATABASE_URL: '', LIAISON_DATA_DIR: join(folder, 'data'), LIAISON_LOG_LEVEL: 'error' },
      stdio: ['ignore', 'pipe', 'inherit'],
      // A group of its own, so that npm, its shell and the server can be told together.
      detached: true,
    });
    await ready(server);
  });

  afterAll(async () => {
    // npm ends before the server does, which still writes until its database has stopped.
    for (let signal: NodeJS.Signals | 0 = 'SIGTERM'; tell(server.pid as number, signal); signal = 0) await new Promise((resolve) => setTimeout(resolve, 20));
    rmSync(folder, { recursive: true });
  });

  it.skipIf(spawnSync('curl', ['--version']).error)('starts a server, creates a contact on it and finds it', () => {
    const commands = blocks(readme, 'run');
    expect(commands.length).toBeGreaterThan(1);
    const outcome = spawnSync('sh', ['-eu', '-c', commands.join('\n')], { cwd: folder, encoding: 'utf8' });
    expect(outcome.stderr).toBe('');
    expect(outcome.status).toBe(0);
    const [created, found] = outcome.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(created).toMatchObject({ firstName: 'Ada', workPhone: { e164: '+442079460123' } });
    expect(found).toMatchObject({ total: 1, entities: [created] });
  });

  it('shows the requests of examples/src/curl.sh and the program examples/src/first-contact.ts', () => {
    expect(read('examples/src/curl.sh')).toContain(blocks(readme, 'run')[1]);
    const [, program] = /```js\n([\s\S]*?)```/.exec(readme) ?? [];
    expect(read('examples/src/first-contact.ts').split('\n').slice(1).join('\n')).toBe(program);
  });

  it('counts the gaps as contract/gaps.json does', () => {
    const outcome = spawnSync(process.execPath, ['scripts/coverage.ts', '--readme'], { cwd: ROOT, encoding: 'utf8' });
    expect(outcome.stderr).toBe('');
  });

  it('tests with the command that CI runs', () => {
    expect(blocks(readme, 'ci')).toEqual(['npm ci && npm test']);
    for (const command of ['npm ci', 'npm test']) expect(read('.ci/run')).toMatch(new RegExp(`^.*${command}( |$)`, 'm'));
  });
});

/** Resolves when the server says that it is. */
function ready(server: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let output = '';
    server.stdout?.on('data', (chunk) => {
      output += chunk;
      if (output.includes('Liaison is ready at ')) resolve();
    });
    server.once('exit', (code) => reject(new Error(`it ended with ${code} before it was ready:\n${output}`)));
  });
}

/** @returns whether there is anybody left in the group to tell */
function tell(leader: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-leader, signal);
  } catch {
    return false;
  }
}

describe('docs/architecture.md', () => {
  const paths = [...read('docs/architecture.md').matchAll(/`([\w.-]*[/.][\w./-]+)`/g)].map(([, path]) => path as string);

  it('names the tree', () => expect(paths.length).toBeGreaterThan(40));
  test.each([...new Set(paths)].filter((path) => /^(server|contract|docs|acceptance|examples|scripts|benchmarks)\/|^\./.test(path)))('%s is there', (path) => {
    expect(existsSync(join(ROOT, path))).toBe(true);
  });
});

describe.each(pages)('%s', (page) => {
  // What is not in the page itself or on the web is a file beside it.
  const links = [...read(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link as string).filter((link) => !/^(https?:|mailto:)/.test(link));

  it('leads somewhere with each of its links', () => {
    const broken = links.filter((link) => {
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? page : join(dirname(page), path);
      if (!existsSync(join(ROOT, target))) return true;
      return anchor !== undefined && !anchorsOf(read(target)).includes(anchor);
    });
    expect(broken).toEqual([]);
  });

  it('names no file that is not there', () => {
    const named = [...read(page).matchAll(/`((?:server|contract|docs|acceptance|examples|scripts|benchmarks)\/[\w./-]+)`/g)].map(([, path]) => path as string);
    expect(named.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });
});

/** Headings as links name them: lower case, words joined by hyphens, punctuation gone. */
function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} -]/gu, '')
      .replaceAll(' ', '-'),
  );
}

describe('docs/configuration.md', () => {
  it('has each variable that the server reads, and no other', () => {
    const known = new Set([...read('server/src/config.ts').matchAll(/\bset\('(\w+)'\)/g)].map(([, name]) => name));
    const told = [...read('docs/configuration.md').matchAll(/^\| `([A-Z0-9_]+)` \|/gm)].map(([, name]) => name);
    expect(told.sort()).toEqual([...known].sort());
    expect(told.length).toBeGreaterThan(5);
  });
});

describe('docs/decisions', () => {
  it('are numbered from one on', () => {
    const numbers = decisions.map((path) => Number(/\/(\d{4})-[a-z0-9-]+\.md$/.exec(path)?.[1])).sort((a, b) => a - b);
    expect(numbers).toEqual(numbers.map((_, i) => i + 1));
  });

  test.each(decisions)('%s says why, what, what follows and what would change it', (path) => {
    const headings = [...read(path).matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
    expect(headings).toEqual(['Context', 'Decision', 'Consequences', 'What would change our mind']);
  });
});
