// OAuth's endpoints, in a scope of their own, so that forms are read here and nowhere else.
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Database } from '../../db/database.ts';
import { limits } from '../../http/limits.ts';
import type { Changes } from '../changes.ts';
import { createFederation } from '../federation/sign-in.ts';
import { createCookies } from '../sign-in/cookies.ts';
import { createRefusals } from '../sign-in/record.ts';
import { createSessions } from '../sign-in/sessions.ts';
import { createSignIn } from './authorize.ts';
import { logout } from './logout.ts';
import { tokenEndpoints } from './token-endpoint.ts';

export interface OAuthDeps {
  database: Database;
  changes: Changes;
  publicUrl: string | undefined;
  /** Whether identity providers may be at addresses that are not public. */
  privateTargets: boolean;
}

export function registerOAuth(app: FastifyInstance, { database, changes, publicUrl, privateTargets }: OAuthDeps): void {
  const cookies = createCookies(publicUrl);
  const sessions = createSessions(database, cookies);
  const refused = createRefusals(database);
  const ownUrl = (request: FastifyRequest) => publicUrl ?? `${request.protocol}://${request.host}`;
  const providers = createFederation({ database, cookies, refused, ownUrl, privateTargets });
  const signIn = createSignIn({ database, cookies, sessions, refused, providers, ownUrl });
  app.register(async (scope) => {
    scope.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string', bodyLimit: limits.formBytesMax }, (_, body, done) => {
      done(null, Object.fromEntries(new URLSearchParams(body as string)));
    });
    const options = { bodyLimit: limits.formBytesMax };
    const tokenEndpoint = tokenEndpoints({ database, changes, refused });
    scope.post('/oauth/token', options, tokenEndpoint());
    // Where the second dialect signs in: with the same clients, for as long as its tokens last.
    scope.post('/token', options, tokenEndpoint(limits.xurrentTokenSeconds));
    scope.get('/oauth/authorize', signIn.ask);
    scope.post('/oauth/authorize', options, signIn.enter);
    providers.register(scope, signIn);
    scope.get('/logout', logout({ database, sessions, ownUrl }));
  });
}
