// The contract as clients and people read it: /openapi.json, and an API reference page at /docs with its assets local.
import type { FastifyInstance } from 'fastify';
import type { Contract } from './contract/load.ts';

export function registerReference(app: FastifyInstance, contract: Contract): void {
  const document = JSON.stringify(contract.document);
  app.get('/openapi.json', (_, reply) => {
    reply.header('content-type', 'application/json').send(document);
  });
  app.register(async (scope) => {
    // The page's script is 4 MB; it is read when the server is up, so that start-up does not wait for it.
    const { default: reference } = await import('@scalar/fastify-api-reference');
    await scope.register(reference, {
      routePrefix: '/docs',
      configuration: { url: '/openapi.json', withDefaultFonts: false, telemetry: false, hideClientButton: true },
    });
  });
}
