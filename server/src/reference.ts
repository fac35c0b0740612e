// The contract as clients and people read it: /openapi.json, and an API reference page at /docs with its assets local.
import Fastify, { type FastifyInstance } from 'fastify';
import type { Contract } from './contract/load.ts';

export function registerReference(app: FastifyInstance, contract: Contract): void {
  let document: string | undefined;
  app.get('/openapi.json', (_, reply) => {
    document ??= JSON.stringify(contract.document);
    reply.header('content-type', 'application/json').send(document);
  });
  // The page is a package of 4 MB that few starts ever need: it is loaded when somebody first asks for it.
  let page: Promise<FastifyInstance> | undefined;
  app.get('/docs', (_, reply) => reply.redirect('/docs/', 301));
  app.get('/docs/*', async (request, reply) => {
    page ??= loadPage();
    const answer = await (await page).inject(request.url);
    return reply
      .code(answer.statusCode)
      .header('content-type', answer.headers['content-type'])
      .header('content-security-policy', POLICY)
      .send(answer.rawPayload);
  });
}

// The page may speak to this server and to nobody else, whatever its script knows of its makers.
const POLICY = "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:";

async function loadPage(): Promise<FastifyInstance> {
  const { default: reference } = await import('@scalar/fastify-api-reference');
  const page = Fastify();
  await page.register(reference, {
    routePrefix: '/docs',
    configuration: { url: '/openapi.json', withDefaultFonts: false, telemetry: false, hideClientButton: true },
  });
  return page;
}
