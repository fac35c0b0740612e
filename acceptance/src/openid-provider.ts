// An OpenID Connect provider as small as one can be: whoever comes is signed in already. It says what it is told to say,
// be it wrong.
import { createHash, generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Json } from './sdk.ts';

export interface Says {
  /** In the ID token, over what belongs there; undefined leaves a claim out. */
  claims?: Record<string, unknown>;
  /** What the access token is good for. */
  userinfo?: Record<string, unknown>;
  /** In the address that the browser is sent back to. */
  answer?: Record<string, string>;
  /** Of itself. */
  configuration?: Record<string, unknown>;
  /** Signs with a key that it does not publish. */
  strangeKey?: boolean;
}

export interface OpenIdProvider {
  issuer: string;
  clientId: string;
  clientSecret: string;
  says: Says;
  /** What was asked at the paths of its endpoints, as forms and queries. */
  asked: { path: string; fields: Record<string, string> }[];
  /** A browser comes. @returns where it is sent back to */
  visit(location: URL): Promise<URL>;
  close(): void;
}

interface Grant {
  nonce: string;
  challenge: string;
  redirectUri: string;
}

const ALGORITHM = { alg: 'ES256', kid: 'one' };
const newKeys = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });

export async function startOpenIdProvider(): Promise<OpenIdProvider> {
  const [own, strange] = [newKeys(), newKeys()];
  const grants = new Map<string, Grant>();
  const server = createServer((request, response) => {
    serve(request, response).catch((error) => response.writeHead(500).end(String(error)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider: OpenIdProvider = {
    issuer,
    clientId: 'liaison at home',
    clientSecret: 'hush: hush',
    says: {},
    asked: [],
    async visit(location) {
      const response = await fetch(location, { redirect: 'manual' });
      if (response.status !== 302) throw new Error(`${location}: ${response.status} ${await response.text()}`);
      return new URL(response.headers.get('location') as string);
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url as string, issuer);
    const fields = Object.fromEntries(request.method === 'POST' ? new URLSearchParams(await text(request)) : url.searchParams);
    provider.asked.push({ path: url.pathname, fields });
    const json = (status: number, body: Json) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    switch (url.pathname) {
      case '/.well-known/openid-configuration':
        return void json(200, { ...configurationOf(issuer), ...provider.says.configuration });
      case '/jwks':
        return void json(200, { keys: [{ ...own.publicKey.export({ format: 'jwk' }), ...ALGORITHM, use: 'sig' }] });
      case '/authorize':
        return void response.writeHead(302, { location: authorize(fields) }).end();
      case '/token': {
        const fault = faultOf(request.headers.authorization, fields);
        return void (fault ? json(400, { error: fault }) : json(200, tokensFor(fields.code as string)));
      }
      case '/userinfo':
        return void json(200, { sub: 'somebody', ...provider.says.userinfo });
      default:
        return void json(404, {});
    }
  }

  function authorize(fields: Record<string, string>): string {
    const { state = '', nonce = '', code_challenge: challenge = '', redirect_uri: redirectUri = '' } = fields;
    const code = randomUUID();
    grants.set(code, { nonce, challenge, redirectUri });
    return `${redirectUri}?${new URLSearchParams({ code, state, iss: issuer, ...provider.says.answer })}`;
  }

  /** RFC 6749 §2.3.1: both are encoded before they are joined. */
  function faultOf(authorization = '', { code = '', code_verifier: verifier = '', redirect_uri: redirectUri }: Record<string, string>): string | undefined {
    const [id, secret] = atob(authorization.replace('Basic ', ''))
      .split(':', 2)
      .map((part) => decodeURIComponent(part.replaceAll('+', ' ')));
    if (id !== provider.clientId || secret !== provider.clientSecret) return 'invalid_client';
    const grant = grants.get(code);
    const proven = createHash('sha256').update(verifier).digest('base64url') === grant?.challenge;
    return grant && proven && grant.redirectUri === redirectUri ? undefined : 'invalid_grant';
  }

  function tokensFor(code: string): Json {
    const now = Math.floor(Date.now() / 1000);
    const usual = { iss: issuer, sub: 'somebody', aud: provider.clientId, iat: now, exp: now + 60, nonce: grants.get(code)?.nonce };
    grants.delete(code);
    const key = provider.says.strangeKey ? strange.privateKey : own.privateKey;
    return { access_token: randomUUID(), token_type: 'bearer', id_token: signed({ ...usual, ...provider.says.claims }, key) };
  }

  return provider;
}

const configurationOf = (issuer: string) => ({
  issuer,
  authorization_endpoint: `${issuer}/authorize`,
  token_endpoint: `${issuer}/token`,
  userinfo_endpoint: `${issuer}/userinfo`,
  jwks_uri: `${issuer}/jwks`,
  response_types_supported: ['code'],
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: [ALGORITHM.alg],
  code_challenge_methods_supported: ['S256'],
  authorization_response_iss_parameter_supported: true,
});

function signed(claims: Json, key: KeyObject): string {
  const encode = (part: Json) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const content = `${encode(ALGORITHM)}.${encode(claims)}`;
  return `${content}.${sign('sha256', Buffer.from(content), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
}
