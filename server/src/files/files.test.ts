// What every place for files promises, held against a folder, and against the S3 client with a server that speaks as much
// of S3 as it takes.
import { createHash, createHmac } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { newId } from '../families/id.ts';
import { type FileKey, type Files, NoSuchFile } from './file-store.ts';
import { localFiles } from './local.ts';
import { disposition } from './routes.ts';
import { s3Files } from './s3.ts';

const folder = mkdtempSync(join(tmpdir(), 'files-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SECRET = 'a secret of the test';
/** What the double keeps: by path, and the parts of what is not finished. */
const objects = new Map<string, Buffer>();
const unfinished = new Map<string, Map<number, Buffer>>();
const unsigned: string[] = [];
let double: Server;

beforeAll(async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'tester');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', SECRET);
  double = createServer(async (request, response) => {
    const body = await buffer(request).catch(() => undefined);
    if (!body) return;
    if (!isSigned(request)) unsigned.push(`${request.method} ${request.url}`);
    const { status, text = '', headers = {} } = answer(request, body);
    response.writeHead(status, headers).end(text);
  });
  await new Promise<void>((resolve) => double.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  vi.unstubAllEnvs();
  double.close();
});

function answer(request: IncomingMessage, body: Buffer): { status: number; text?: string | Buffer; headers?: Record<string, string> } {
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://x');
  const upload = searchParams.get('uploadId');
  const parts = unfinished.get(upload ?? '');
  switch (request.method) {
    case 'PUT':
      if (parts) parts.set(Number(searchParams.get('partNumber')), body);
      else objects.set(pathname, body);
      return { status: 200, headers: { etag: '"x"' } };
    case 'POST': {
      if (parts && upload) {
        objects.set(pathname, Buffer.concat([...parts].sort(([a], [b]) => a - b).map(([, part]) => part)));
        unfinished.delete(upload);
        return { status: 200, text: '<CompleteMultipartUploadResult><ETag>x</ETag></CompleteMultipartUploadResult>' };
      }
      const id = newId();
      unfinished.set(id, new Map());
      return { status: 200, text: `<InitiateMultipartUploadResult><UploadId>${id}</UploadId></InitiateMultipartUploadResult>` };
    }
    case 'DELETE':
      if (upload) unfinished.delete(upload);
      else objects.delete(pathname);
      return { status: 204 };
    default: {
      const object = objects.get(pathname);
      const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
      if (!object) return { status: 404, text: '<Error><Code>NoSuchKey</Code></Error>' };
      if (from > 0 && from >= object.length) return { status: 416, text: '<Error><Code>InvalidRange</Code></Error>' };
      return { status: from > 0 ? 206 : 200, text: object.subarray(from) };
    }
  }
}

/** AWS Signature Version 4. */
function isSigned({ method, url, headers }: IncomingMessage): boolean {
  const [, day = '', region = '', names = '', signature] =
    /^AWS4-HMAC-SHA256 Credential=tester\/(\d+)\/([\w-]+)\/s3\/aws4_request, SignedHeaders=([\w;-]+), Signature=(\w+)$/.exec(headers.authorization ?? '') ?? [];
  const { pathname, searchParams } = new URL(url ?? '', 'http://x');
  const query = [...searchParams].map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).sort();
  const signed = names.split(';').map((name) => `${name}:${String(headers[name]).trim()}\n`);
  const asked = [method, pathname, query.join('&'), signed.join(''), names, headers['x-amz-content-sha256']].join('\n');
  const text = ['AWS4-HMAC-SHA256', headers['x-amz-date'], `${day}/${region}/s3/aws4_request`, createHash('sha256').update(asked).digest('hex')].join('\n');
  const key = [day, region, 's3', 'aws4_request'].reduce<Buffer>((by, part) => createHmac('sha256', by).update(part).digest(), Buffer.from(`AWS4${SECRET}`));
  return createHmac('sha256', key).update(text).digest('hex') === signature;
}

const PLACES: [string, () => Files | Promise<Files>, () => number][] = [
  ['a folder', () => localFiles(folder), () => readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).length],
  [
    'a bucket',
    () => s3Files({ bucket: 'liaison', prefix: 'some/where', endpoint: `http://127.0.0.1:${(double.address() as AddressInfo).port}`, region: undefined }),
    () => objects.size + unfinished.size,
  ],
];

describe.each(PLACES)('%s', (_, open, kept) => {
  let files: Files;
  beforeAll(async () => {
    files = await open();
  });
  const newKey = (): FileKey => `${newId()}/uploads/${newId()}`;
  const contentOf = async (key: FileKey, from?: number) => buffer(await files.read(key, from));

  test.each([0, 1, 100_000, 20_000_000])('keeps a file of %i bytes, and reads it from any byte', async (size) => {
    const key = newKey();
    const content = Buffer.alloc(size, 'abcdefg');
    async function* chunks() {
      for (let at = 0; at < size; at += 65_536) yield content.subarray(at, at + 65_536);
    }
    expect(await files.write(key, Readable.from(chunks()))).toEqual({ bytes: size });
    for (const from of [0, 1, 12_345, size - 1, size])
      if (from >= 0 && from <= size) expect((await contentOf(key, from)).equals(content.subarray(from))).toBe(true);
    await files.remove(key);
    await expect(files.read(key)).rejects.toThrow(NoSuchFile);
    await files.remove(key);
  });

  test.each([10, 20_000_000])('keeps nothing of what breaks off after %i bytes', async (size) => {
    const before = kept();
    async function* broken() {
      for (let at = 0; at < size; at += 1_000_000) yield Buffer.alloc(Math.min(size, 1_000_000), 'x');
      throw new Error('broken off');
    }
    await expect(files.write(newKey(), Readable.from(broken()))).rejects.toThrow('broken off');
    await vi.waitFor(() => expect(kept()).toBe(before));
  });

  test('has no key that leads elsewhere', async () => {
    for (const key of ['../../etc/passwd', `${newId()}/../${newId()}`, `${newId()}/uploads/..`, `${newId()}/uploads/${newId()}/x`] as FileKey[]) {
      await expect((async () => files.read(key))()).rejects.toThrow('is no file');
      await expect((async () => files.write(key, Readable.from(['x'])))()).rejects.toThrow('is no file');
    }
  });
});

test('every request to the bucket was signed', () => {
  expect(unsigned).toEqual([]);
});

describe('a folder', () => {
  test('has files for their owner alone', async () => {
    const key: FileKey = `${newId()}/exports/${newId()}`;
    await localFiles(folder).write(key, Readable.from(['x']));
    expect(statSync(join(folder, key)).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, key, '..')).mode & 0o777).toBe(0o700);
  });

  test('lets go of what was begun more than a day ago by a process that is no more', async () => {
    const place = mkdtempSync(join(folder, 'sweep-'));
    const files = localFiles(place);
    await files.sweep();
    await files.write(`${newId()}/uploads/${newId()}`, Readable.from(['x']));
    const [old, young] = ['old', 'young'].map((name) => join(place, 'incoming', name)) as [string, string];
    for (const path of [old, young]) writeFileSync(path, 'x');
    utimesSync(old, new Date(0), new Date(0));
    await files.sweep();
    expect(readdirSync(join(place, 'incoming'))).toEqual(['young']);
  });
});

test.each([
  ['people.csv', `attachment; filename="people.csv"; filename*=UTF-8''people.csv`],
  ['Zürich 100%.csv', `attachment; filename="Z_rich 100_.csv"; filename*=UTF-8''Z%C3%BCrich%20100%25.csv`],
  ['../a"\r\nb\0.csv', `attachment; filename=".._a___b_.csv"; filename*=UTF-8''.._a%22__b_.csv`],
  ['', `attachment; filename="file"; filename*=UTF-8''file`],
])('a download called %j has a safe name', (name, header) => {
  expect(disposition(name)).toBe(header);
});
