// The tokens of who is signed in, for as long as the tab lives.
import { leaveToSignIn, renewed, type Tokens } from './oauth.ts';

const KEPT = 'liaison.tokens';
let tokens: Tokens | undefined;

/** Whether there are any; they may be good no longer. */
export function remember(): boolean {
  const kept = sessionStorage.getItem(KEPT);
  if (kept !== null) tokens = JSON.parse(kept) as Tokens;
  return kept !== null;
}

export function keep(next: Tokens): void {
  tokens = next;
  sessionStorage.setItem(KEPT, JSON.stringify(next));
}

export function drop(): void {
  tokens = undefined;
  sessionStorage.removeItem(KEPT);
}

/** A token that is good for the next minute, or none: the server says then that it is good no longer. */
export async function accessToken(): Promise<string> {
  if (tokens && tokens.until > Date.now() + 60_000) return tokens.access;
  renewing ??= renew().finally(() => {
    renewing = undefined;
  });
  return renewing;
}

let renewing: Promise<string> | undefined;
async function renew(): Promise<string> {
  if (!tokens) return forget();
  const next = await renewed(tokens);
  if (next) keep(next);
  return (next ?? tokens).access;
}

/** For a token that is good no longer, because it was revoked or is too old: signs in anew, and comes back here. */
export function forget(): Promise<never> {
  drop();
  return leaveToSignIn(here());
}

export const here = (): string => location.pathname + location.search + location.hash;
