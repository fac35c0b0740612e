// The contract as clients and people read it: /openapi.json, and an API reference page at /docs with its assets local.
import type { FastifyInstance } from 'fastify';
import type { Contract } from './contract/load.ts';

export function registerReference(app: FastifyInstance, contract: Contract): void {
  const document = JSON.stringify(contract.document);
  app.get('/openapi.json', (_, reply) => {
    reply.header('content-type', 'application/json').send(document);
  });
  app.register(async (scope) => {
    const { default: reference } = await import('@scalar/fastify-api-reference');
    // The page may speak to this server and to nobody else, whatever its script knows of its makers.
    scope.addHook('onSend', async (_, reply) => {
      reply.header(
        'Content-Security-Policy',
        "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:",
      );
    });
    await scope.register(reference, {
      routePrefix: '/docs',
      configuration: { url: '/openapi.json', withDefaultFonts: false, telemetry: false, hideClientButton: true },
    });
  });
}
