// A server under test: the real program, with a database and a data folder of its own, reached over HTTP only.
import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface FirstRun {
  url: string;
  organizationId: string;
  clientId: string;
  clientSecret: string;
  adminEmail: string;
  adminPassword: string;
}

// biome-ignore lint/suspicious/noExplicitAny: what the server says is what the tests are about.
export type Json = any;

export interface Answer<B = Json> {
  status: number;
  headers: Headers;
  body: B;
  text: string;
}

export interface Server {
  url: string;
  port: number;
  folder: string;
  firstRun: FirstRun;
  process: ChildProcess;
  /** A token of the first client, which may do everything; made once. */
  token(): Promise<string>;
  /** A token of any client. */
  tokenFor(clientId: string, clientSecret: string): Promise<string>;
  /** One request, by default with the first client's token; `token: null` sends none. */
  request<B = Json>(method: string, path: string, options?: { token?: string | null; body?: unknown; headers?: Record<string, string> }): Promise<Answer<B>>;
  /** SIGTERM, then the exit code; the folder goes, unless it is to be kept. */
  stop(options?: { keep?: boolean }): Promise<number | null>;
}

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** What `npm start` gives to node. */
const START: string[] = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
  .scripts.start.split(' ')
  .slice(1);

/**
 * Starts a server and waits until it is ready.
 * @param env overrides; `LIAISON_DATA_DIR` starts on an existing folder
 */
export async function startServer(env: Record<string, string> = {}): Promise<Server> {
  const folder = env.LIAISON_DATA_DIR ?? newFolder();
  const child = spawn(process.execPath, START, {
    cwd: ROOT,
    env: {
      ...process.env,
      HOST: '127.0.0.1',
      PORT: '0',
      DATABASE_URL: '',
      LIAISON_CHECK_REPLIES: 'yes',
      LIAISON_LOG_LEVEL: 'error',
      ...env,
      LIAISON_DATA_DIR: folder,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const url = await listening(child);
  const firstRun = JSON.parse(readFileSync(join(folder, 'first-run.json'), 'utf8')) as FirstRun;
  const tokenFor = async (clientId: string, clientSecret: string) => {
    const response = await fetch(`${url}/oauth/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${clientId}:${clientSecret}`)}`, 'content-type': 'application/x-www-form-urlencoded' },
      body: 'grant_type=client_credentials',
    });
    if (response.status !== 200) throw new Error(`no token: ${response.status} ${await response.text()}`);
    return ((await response.json()) as { access_token: string }).access_token;
  };
  let first: Promise<string> | undefined;
  const token = () => {
    first ??= tokenFor(firstRun.clientId, firstRun.clientSecret);
    return first;
  };
  return {
    url,
    port: Number(new URL(url).port),
    folder,
    firstRun,
    process: child,
    token,
    tokenFor,
    async request(method, path, options = {}) {
      const bearer = options.token === undefined ? await token() : options.token;
      const response = await fetch(url + path, {
        method,
        headers: {
          ...(bearer === null ? {} : { authorization: `Bearer ${bearer}` }),
          ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
          ...options.headers,
        },
        ...(options.body === undefined ? {} : { body: typeof options.body === 'string' ? options.body : JSON.stringify(options.body) }),
      });
      // A stream has no end: that it begins is the answer.
      const endless = response.headers.get('content-type') === 'text/event-stream';
      const text = endless ? '' : await response.text();
      if (endless) await response.body?.cancel();
      const json = /[/+]json/.test(response.headers.get('content-type') ?? '') && text !== '';
      return { status: response.status, headers: response.headers, text, body: json ? JSON.parse(text) : undefined };
    },
    async stop({ keep = false } = {}) {
      const exited =
        child.exitCode !== null || child.signalCode !== null
          ? Promise.resolve(child.exitCode)
          : new Promise<number | null>((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      const code = await exited;
      if (!keep) rmSync(folder, { recursive: true, force: true });
      return code;
    },
  };
}

/** A folder that the database's own user may enter, also where the tests run as root. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'liaison-'));
  chmodSync(folder, 0o755);
  return folder;
}

/** The address that the program prints once it is ready. */
function listening(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    const read = (chunk: Buffer) => {
      output += chunk;
      const found = /^Liaison is ready at (\S+)$/m.exec(output);
      if (found) resolve(found[1] as string);
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('exit', (code, signal) => reject(new Error(`the server ended with ${code ?? signal} before it was ready:\n${output}`)));
  });
}
