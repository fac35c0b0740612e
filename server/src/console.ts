// The web console, as it was built (console/dist): one page under /console for all of its addresses, and its assets.
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { refuse } from './http/errors.ts';

const BUILT = fileURLToPath(new URL('../../console/dist/', import.meta.url));
const PATH = '/console';

/** Where the console was not built, its addresses answer 404, and all else works. */
export async function registerConsole(app: FastifyInstance): Promise<void> {
  const page = await readFile(`${BUILT}index.html`, 'utf8').catch(() => undefined);
  const show = (reply: FastifyReply) => {
    if (page === undefined) throw refuse('not.found');
    // Mantine writes its colours into a style element; no other style or script of the page itself is run.
    const nonce = randomBytes(16).toString('base64');
    return reply.header('content-type', 'text/html; charset=utf-8').headers(policy(nonce)).send(page.replaceAll('%NONCE%', nonce));
  };
  app.get('/', (_, reply) => reply.redirect(`${PATH}/`));
  // The router takes both spellings for one.
  app.get(PATH, (request, reply) => (request.url === PATH ? reply.redirect(`${PATH}/`, 301) : show(reply)));
  await app.register(fastifyStatic, {
    root: BUILT,
    prefix: `${PATH}/`,
    index: false,
    wildcard: false,
    preCompressed: true,
    // The page itself goes out with its policy only.
    globIgnore: ['index.html*'],
    // Names of assets carry a hash of what is in them.
    setHeaders: (reply, file) => {
      reply.header('Cache-Control', file.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache');
      reply.header('X-Content-Type-Options', 'nosniff');
    },
  });
  app.get(`${PATH}/*`, (_, reply) => show(reply));
}

const policy = (nonce: string) => ({
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cross-origin-opener-policy': 'same-origin',
});
