// The contract as clients and people read it: /openapi.json, and an API reference page at /docs with its assets local.
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Contract } from './contract/load.ts';

export function registerReference(app: FastifyInstance, contract: Contract): void {
  let document: string | undefined;
  app.get('/openapi.json', (_, reply) => {
    document ??= JSON.stringify(contract.document);
    reply.header('content-type', 'application/json').send(document);
  });
  // The page is a package of 4 MB that few starts ever need: it is loaded when somebody first asks for it.
  let page: Promise<FastifyInstance> | undefined;
  const show = async (request: FastifyRequest, reply: FastifyReply) => {
    // The page's assets are named relative to /docs/; the router takes both spellings for one.
    if (request.url === '/docs') return reply.redirect('/docs/', 301);
    page ??= loadPage();
    const answer = await (await page).inject(request.url);
    return reply
      .code(answer.statusCode)
      .header('content-type', answer.headers['content-type'])
      .header('content-security-policy', POLICY)
      .send(answer.rawPayload);
  };
  app.get('/docs', show);
  app.get('/docs/*', show);
}

// The page may speak to this server and to nobody else, whatever its script knows of its makers.
const POLICY = "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:";

async function loadPage(): Promise<FastifyInstance> {
  const { default: reference } = await import('@scalar/fastify-api-reference');
  const page = Fastify();
  await page.register(reference, {
    routePrefix: '/docs',
    configuration: {
      url: '/openapi.json',
      withDefaultFonts: false,
      telemetry: false,
      hideClientButton: true,
      showDeveloperTools: 'never',
      agent: { disabled: true },
      mcp: { disabled: true },
    },
  });
  return page;
}
