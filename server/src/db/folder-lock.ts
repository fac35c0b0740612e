/**
 * One process per data folder. Two servers on one folder would each take the other's PostgreSQL
 * for a leftover of a crash and stop it.
 *
 * The holder listens on a Unix socket in the folder: the kernel closes it with the process, so a
 * killed holder never blocks, and a recycled pid cannot answer in its place as it could for a pid
 * file. The dead socket's file stays, and "unlink, then listen" would let two processes that start
 * together after a crash both win. So locks are numbered, `liaison.lock.1`, `.2` and so on: a
 * number is taken by link(2), which fails where the name exists, only the newest counts, and it
 * stays behind on release so that numbers only grow.
 */
import { createHash, randomUUID } from 'node:crypto';
import { chown, link, lstat, mkdir, readdir, realpath, rm } from 'node:fs/promises';
import { createConnection, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Longest socket path: sun_path holds 104 bytes on macOS and 108 on Linux, one of them the NUL. */
const socketPathBytesMax = 103;

/** A stopped holder accepts (the kernel does) and never says its pid; its lock counts all the same. */
const answerTimeoutMs = 1_000;

/**
 * Takes the lock of `folder`, creating the folder if need be. It never keeps the process alive.
 * Throws when another process holds it, in one sentence with the folder and that process's id.
 */
export async function lockFolder(folder: string): Promise<{ release(): Promise<void> }> {
  await mkdir(folder, { recursive: true });
  const draftName = `liaison.lock.new-${randomUUID().slice(0, 8)}`;
  const place = await socketFolder(folder, draftName);
  const draft = join(place, draftName);
  const server = await listen(draft);
  try {
    const number = await claim(place, draft, folder);
    await removeOlder(place, number);
  } catch (error) {
    await close(server);
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
  return { release: () => close(server) };
}

/**
 * The folder in which to make a socket for `folder`, whose name is at most as long as
 * `longestName`: the folder itself, or, when that path is too long for a socket, one in the
 * temporary folder that only this user (or `owner`, to whom root gives it) can enter.
 */
export async function socketFolder(folder: string, longestName: string, owner?: { uid: number; gid: number }): Promise<string> {
  const real = await realpath(folder);
  if (Buffer.byteLength(join(real, longestName)) <= socketPathBytesMax) return real;
  const digest = createHash('sha256').update(real).digest('hex').slice(0, 16);
  const short = join(tmpdir(), `liaison-${digest}`);
  await mkdir(short, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  // Anyone can make names in /tmp: whoever owned the folder could replace the socket in it.
  const found = await lstat(short);
  const isOurs = found.uid === process.getuid?.() || found.uid === owner?.uid;
  if (!found.isDirectory() || !isOurs || (found.mode & 0o077) !== 0) {
    throw new Error(`${short} must be a folder that only the user of this process can enter: remove it.`);
  }
  if (owner) await chown(short, owner.uid, owner.gid);
  return short;
}

function lockPath(place: string, number: number): string {
  return join(place, `liaison.lock.${number}`);
}

/** Publishes the listening socket `draft` as the newest lock, and returns its number. */
async function claim(place: string, draft: string, folder: string): Promise<number> {
  for (;;) {
    const newest = (await lockNumbers(place)).at(-1) ?? 0;
    const holder = newest > 0 ? await askHolder(lockPath(place, newest)) : undefined;
    if (holder) {
      throw new Error(`The folder ${folder} is in use by ${holder}: stop that process or use another folder.`);
    }
    const own = lockPath(place, newest + 1);
    try {
      await link(draft, own);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') continue;
      throw error;
    }
    // A faster one may have taken this number and the next, and tidied this one away, since we looked.
    if ((await lockNumbers(place)).at(-1) === newest + 1) return newest + 1;
    await rm(own, { force: true });
  }
}

/** Who holds the lock at `path`, in words; undefined when nobody listens there any more. */
async function askHolder(path: string): Promise<string | undefined> {
  const answer = await new Promise<string>((resolve, reject) => {
    let text = '';
    const socket = createConnection(path);
    socket.setEncoding('utf8');
    socket.setTimeout(answerTimeoutMs, () => {
      socket.destroy();
      resolve('a process that does not answer');
    });
    socket.on('data', (chunk: string) => {
      text += chunk;
    });
    socket.on('end', () => resolve(text && `the process ${text.trim()}`));
    socket.on('error', reject);
  }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ECONNREFUSED' || error.code === 'ENOENT') return undefined;
    if (error.code === 'ECONNRESET') return '';
    return `a process that cannot be asked (${error.code})`;
  });
  // Connected, then dropped: it ended at this moment, and the next try will be refused.
  return answer === '' ? askHolder(path) : answer;
}

async function lockNumbers(place: string): Promise<number[]> {
  const names = await readdir(place);
  const numbers = names.map((name) => Number(/^liaison\.lock\.(\d+)$/.exec(name)?.[1] ?? 0));
  return numbers.filter((number) => number > 0).sort((a, b) => a - b);
}

async function removeOlder(place: string, number: number): Promise<void> {
  const older = (await lockNumbers(place)).filter((other) => other < number);
  await Promise.all(older.map((other) => rm(lockPath(place, other), { force: true })));
}

async function listen(path: string): Promise<Server> {
  const server = createServer((socket) => {
    socket.unref();
    socket.on('error', () => socket.destroy());
    socket.end(`${process.pid}\n`, () => socket.destroy());
  });
  server.unref();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    // Whoever may enter the folder may ask: root's lock must not look dead or undecided to the others.
    server.listen({ path, readableAll: true, writableAll: true }, resolve);
  });
  return server;
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
