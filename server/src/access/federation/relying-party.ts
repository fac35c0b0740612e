// What this server says to an OpenID Connect provider, by a library that is certified for it: its configuration is looked
// up, its answers are checked by state, nonce, verifier, issuer, audience, time and signature.
import * as oidc from 'openid-client';
import { limits } from '../../http/limits.ts';
import { createPublicFetch } from '../../http/public-fetch.ts';
import type { ActiveProvider } from './store.ts';

/** What a browser takes along and has to bring back. */
export interface Secrets {
  state: string;
  nonce: string;
  verifier: string;
}

export interface Hints {
  email: string | undefined;
  /** Whether the provider is to ask who it is, whoever is signed in there. */
  asksAgain: boolean;
}

export interface RelyingParty {
  /** The address at the provider that a browser goes to. @throws whatever keeps the provider from being asked */
  authorizationUrl(provider: ActiveProvider, redirectUri: string, secrets: Secrets, hints: Hints): Promise<string>;
  /**
   * The verified e-mail address of whoever comes back.
   * @param answer the address that the browser was sent back to
   * @throws Unverified, and whatever is wrong with the answer
   */
  emailOf(provider: ActiveProvider, answer: URL, secrets: Secrets): Promise<string>;
}

/** The provider does not say that the address is the user's. */
export class Unverified extends Error {}

/** @param privateTargets whether providers may be at addresses that are not public, and speak plain http */
export function createRelyingParty(privateTargets: boolean): RelyingParty {
  const fetch = createPublicFetch(privateTargets, limits.providerAnswerBytesMax);
  const known = new Map<string, { configuration: Promise<oidc.Configuration>; until: number }>();

  const configurationOf = (provider: ActiveProvider): Promise<oidc.Configuration> => {
    const key = `${provider.id} ${provider.version}`;
    const found = known.get(key);
    if (found && found.until > Date.now()) return found.configuration;
    const configuration = discover(provider, fetch, privateTargets);
    if (known.size >= limits.providerConfigurationsMax) known.delete(known.keys().next().value as string);
    known.set(key, { configuration, until: Date.now() + limits.providerConfigurationMs });
    // What has failed is tried anew.
    configuration.catch(() => known.delete(key));
    return configuration;
  };

  return {
    async authorizationUrl(provider, redirectUri, { state, nonce, verifier }, { email, asksAgain }) {
      const parameters = {
        redirect_uri: redirectUri,
        scope: 'openid email',
        state,
        nonce,
        code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        ...(email === undefined ? {} : { login_hint: email }),
        ...(asksAgain ? { prompt: 'login' } : {}),
      };
      return oidc.buildAuthorizationUrl(await configurationOf(provider), parameters).href;
    },
    async emailOf(provider, answer, { state, nonce, verifier }) {
      const configuration = await configurationOf(provider);
      const tokens = await oidc.authorizationCodeGrant(configuration, answer, { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier });
      const claims = tokens.claims() as oidc.IDToken;
      // Many providers put the address there only where there is no access token to ask for it with (OpenID Connect Core §5.4).
      const { email, email_verified: verified } =
        claims.email === undefined && configuration.serverMetadata().userinfo_endpoint !== undefined
          ? await oidc.fetchUserInfo(configuration, tokens.access_token, claims.sub)
          : claims;
      if (typeof email !== 'string' || !/^[^\s\0]+$/.test(email) || verified !== true)
        throw new Unverified('the provider does not say that the e-mail address is verified');
      return email;
    },
  };
}

function discover({ issuer, client_id, client_secret }: ActiveProvider, fetch: ReturnType<typeof createPublicFetch>, insecure: boolean) {
  return oidc.discovery(new URL(issuer), client_id, {}, client_secret === null ? oidc.None() : authenticated(client_secret), {
    [oidc.customFetch]: fetch,
    timeout: limits.providerTimeoutMs / 1000,
    execute: [oidc.enableNonRepudiationChecks, ...(insecure ? [oidc.allowInsecureRequests] : [])],
  });
}

/** By the header, unless the provider takes secrets in the form alone (OpenID Connect Discovery: by default, the header). */
function authenticated(secret: string): oidc.ClientAuth {
  const [inHeader, inForm] = [oidc.ClientSecretBasic(secret), oidc.ClientSecretPost(secret)];
  return (server, client, body, headers) => {
    const ways = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
    return (ways.includes('client_secret_basic') ? inHeader : inForm)(server, client, body, headers);
  };
}
