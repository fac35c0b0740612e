// Where files come in and go out: two routes beside the contract, as POST /oauth/token is, for their bodies are no JSON
// and who calls them brings a link instead of a token.
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Database, Door } from '../db/database.ts';
import { sql } from '../db/sql.ts';
import { refuse } from '../http/errors.ts';
import { Unwritable } from './file-store.ts';
import { isGood, type Purpose, readToken } from './link.ts';

export interface Download {
  content: Readable;
  /** Without a path; whatever characters a person gave it. */
  fileName: string;
  type: string;
  /** Of the content, such as gzip, where the file is to be unpacked on the way. */
  encoding?: string;
  bytes?: number;
}

/** What files of a purpose are: what links lead to has to say whether it is still there. */
export interface FileRoutes {
  /** Takes the body of a PUT. @throws Refusal */
  upload(call: FileCall, request: IncomingMessage): Promise<void>;
  /** @throws Refusal */
  downloads: Partial<Record<Purpose, (call: FileCall) => Promise<Download>>>;
}

export interface FileCall {
  door: Door;
  orgId: string;
  id: string;
}

export function registerFileRoutes(app: FastifyInstance, database: Database, { upload, downloads }: FileRoutes): void {
  const uploading = leaveUploadsTheirTime(app);

  /** @throws Refusal 403 */
  const open = async (request: FastifyRequest, allows: (purpose: Purpose) => boolean): Promise<FileCall & { purpose: Purpose }> => {
    const { token } = request.params as { token: string };
    const claimed = readToken(token);
    if (!claimed || !allows(claimed.purpose)) throw refuse('invalid.link');
    const { orgId, id, purpose } = claimed;
    const door = database.tenant(orgId);
    const [organization] = await door.rows<{ signing_key: Buffer }>(sql`select o.signing_key from organizations o where o.id = $1 and o.state = 'active'`, [
      orgId,
    ]);
    if (!organization || !isGood(token, claimed, organization.signing_key)) throw refuse('invalid.link');
    return { door, orgId, id, purpose };
  };

  app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _body, done) => done(null));
    scope.put('/liaison/v1/files/uploads/:token', async (request, reply) => {
      uploading.add(request.raw.socket);
      try {
        await upload(await open(request, (purpose) => purpose === 'upload'), request.raw);
        return reply.code(200).send();
      } catch (error) {
        // What is left of the body is not read: the connection cannot be used again.
        if (!request.raw.complete) reply.header('connection', 'close');
        if (error instanceof Unwritable) throw refuse('service.unavailable', { cause: error, headers: { 'Retry-After': RETRY_SECONDS } });
        throw error;
      } finally {
        uploading.delete(request.raw.socket);
      }
    });
    scope.route({
      // Programs that fetch files ask first how large they are.
      method: ['GET', 'HEAD'],
      url: '/liaison/v1/files/downloads/:token',
      handler: async (request, reply) => {
        const call = await open(request, (purpose) => downloads[purpose] !== undefined);
        const download = await (downloads[call.purpose] as (call: FileCall) => Promise<Download>)(call);
        return send(reply, download, request.method === 'HEAD');
      },
    });
  });
}

/** What is full is seldom free in a second. */
const RETRY_SECONDS = '30';

function send(reply: FastifyReply, { content, fileName, type, encoding, bytes }: Download, headOnly: boolean): FastifyReply {
  reply.header('content-type', type).header('content-disposition', disposition(fileName)).header('x-content-type-options', 'nosniff');
  // What leads here is as good as a token, and shall not be told to others.
  reply.header('referrer-policy', 'no-referrer');
  if (encoding !== undefined) reply.header('content-encoding', encoding);
  if (bytes !== undefined) reply.header('content-length', bytes);
  if (!headOnly) return reply.send(content);
  content.destroy();
  return reply.send();
}

/** RFC 6266: a plain name for old clients, and the name as it is. */
export function disposition(fileName: string): string {
  const name = fileName.replaceAll(/[\p{Cc}/\\]/gu, '_').toWellFormed() || 'file';
  const plain = name.replaceAll(/[^\x20-\x7e]|["%]/g, '_');
  const encoded = encodeURIComponent(name).replaceAll(/['()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}

/**
 * A request has to be here within limits.requestTimeoutMs, for who sends slowly holds a connection. A large file may take
 * longer, as long as something arrives.
 * @returns takes the sockets for which this holds
 */
function leaveUploadsTheirTime(app: FastifyInstance): WeakSet<object> {
  const uploading = new WeakSet<object>();
  const others = app.server.listeners('clientError');
  app.server.removeAllListeners('clientError');
  app.server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT' && uploading.has(socket)) return;
    for (const listener of others) listener.call(app.server, error, socket);
  });
  return uploading;
}
