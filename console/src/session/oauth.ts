// Signing in as any other browser client does (RFC 6749 §4.1 with PKCE, RFC 7636): the password is typed on the server's own page.

/** The server knows the console as a public client of every organization; its redirect URI is the page itself. */
export const CLIENT_ID = 'c0150e00-0000-4000-8000-000000000000';
const REDIRECT_URI = `${location.origin}/console/`;

export interface Tokens {
  access: string;
  refresh?: string | undefined;
  /** In milliseconds since 1970. */
  until: number;
}

interface Pending {
  state: string;
  verifier: string;
  /** Where to go on after signing in, within the console. */
  path: string;
}

const PENDING = 'liaison.signing-in';

/** Leaves the page for the sign-in page. @param target another organization that the user wants to enter */
export async function leaveToSignIn(path: string, target?: string): Promise<never> {
  const pending: Pending = { state: random(), verifier: random(), path };
  sessionStorage.setItem(PENDING, JSON.stringify(pending));
  const challenge = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(pending.verifier));
  const query = new URLSearchParams({
    client_id: CLIENT_ID,
    redirect_uri: REDIRECT_URI,
    response_type: 'code',
    code_challenge: base64url(new Uint8Array(challenge)),
    code_challenge_method: 'S256',
    state: pending.state,
    ...(target === undefined ? {} : { target }),
  });
  location.assign(`/oauth/authorize?${query}`);
  return new Promise(() => {});
}

/**
 * What the page's address says when the sign-in page has sent the user back.
 * @returns undefined where it says nothing; the error's text where signing in, or what came of it, was refused
 */
export async function signedIn(): Promise<{ tokens: Tokens; path: string } | { error: string } | undefined> {
  const answer = new URLSearchParams(location.search);
  const kept = sessionStorage.getItem(PENDING);
  if (kept === null || !(answer.has('code') || answer.has('error'))) return undefined;
  sessionStorage.removeItem(PENDING);
  const pending = JSON.parse(kept) as Pending;
  if (answer.get('state') !== pending.state) return undefined;
  const code = answer.get('code');
  if (code === null) return { error: answer.get('error_description') ?? answer.get('error') ?? '' };
  const tokens = await exchange({ grant_type: 'authorization_code', code, code_verifier: pending.verifier, redirect_uri: REDIRECT_URI });
  return 'error' in tokens ? tokens : { tokens, path: pending.path };
}

/** Undefined where there is nothing to renew, or no more. */
export async function renewed({ refresh }: Tokens): Promise<Tokens | undefined> {
  if (refresh === undefined) return undefined;
  const tokens = await exchange({ grant_type: 'refresh_token', refresh_token: refresh });
  return 'error' in tokens ? undefined : tokens;
}

/** Ends the session at the server, and comes back to sign in. */
export function leaveToSignOut(): void {
  location.assign(`/logout?${new URLSearchParams({ client_id: CLIENT_ID, redirect_uri: REDIRECT_URI })}`);
}

async function exchange(form: Record<string, string>): Promise<Tokens | { error: string }> {
  const answer = await fetch('/oauth/token', { method: 'POST', body: new URLSearchParams({ client_id: CLIENT_ID, ...form }) });
  // Who is signed in stays so while the server is restarted.
  if (answer.status >= 500) throw new Error(String(answer.status));
  if (!answer.ok) {
    const { error_description: error } = (await answer.json().catch(() => ({}))) as { error_description?: string };
    return { error: error ?? String(answer.status) };
  }
  const { access_token, refresh_token, expires_in } = (await answer.json()) as { access_token: string; refresh_token?: string; expires_in: number };
  return { access: access_token, refresh: refresh_token, until: Date.now() + expires_in * 1000 };
}

const random = () => base64url(crypto.getRandomValues(new Uint8Array(48)));
const base64url = (bytes: Uint8Array) =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
