// GET /logout ends the browser's session and goes where the client has registered that it may. Tokens live on: whoever has
// one ends it by DELETE /api/v2/tokens/me.
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Database } from '../../db/database.ts';
import { sendNotice } from '../sign-in/page.ts';
import type { Sessions } from '../sign-in/sessions.ts';
import { wordsFor } from '../sign-in/words.ts';
import { findOAuthClient } from './client.ts';
import { OAuthError } from './errors.ts';
import { encoded } from './redirect.ts';
import { isRegistered, queryOf } from './request.ts';

interface LogoutDeps {
  database: Database;
  sessions: Sessions;
  ownUrl(request: FastifyRequest): string;
}

export function logout({ database, sessions, ownUrl }: LogoutDeps) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const words = wordsFor(request.headers['accept-language']);
    const query = new URLSearchParams(queryOf(request));
    const uri = query.get('redirect_uri') || undefined;
    // Somebody who wants to be signed out is, whatever else is wrong.
    await sessions.end(request, reply);
    if (uri === undefined) return sendNotice(reply, 200, words, words.signedOut, words.signedOutText);
    try {
      const client = await findOAuthClient(database, query.get('client_id') ?? undefined);
      if (isRegistered(client, uri, ownUrl(request))) return reply.redirect(encoded(uri), 302);
      throw new OAuthError('invalid_request', 'redirect_uri is not registered for this client');
    } catch (error) {
      if (!(error instanceof OAuthError)) throw error;
      return sendNotice(reply, 400, words, words.signedOut, words.signedOutText, `${error.error}: ${error.message}`);
    }
  };
}
