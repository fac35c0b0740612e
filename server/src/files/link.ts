// Links to files that work without a token, for whoever puts or fetches a file is often another program than the one that
// asked. So a link holds what nobody can guess, made from the organization's signing key; it is for one file and one
// purpose, and good for a quarter of an hour.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { isId } from '../families/id.ts';
import { limits } from '../http/limits.ts';

/** What a link is for. */
export type Purpose = 'upload' | 'importDryRunReport' | 'importReport' | 'importRejects' | 'importUndoReport' | 'export' | 'subject';

export interface LinkTarget {
  orgId: string;
  id: string;
  purpose: Purpose;
}

export interface ReadLink extends LinkTarget {
  expiresAt: number;
}

/** How the server is reached: by the operator's word, else by the host that the request named. */
export interface Reached {
  publicUrl: string | undefined;
  host: string | undefined;
}

/** An absolute URL. @param now in milliseconds */
export function linkTo(target: LinkTarget, signingKey: Buffer, { publicUrl, host }: Reached, now: number = Date.now()): string {
  const folder = target.purpose === 'upload' ? 'uploads' : 'downloads';
  return `${publicUrl ?? `http://${host ?? 'localhost'}`}/liaison/v1/files/${folder}/${tokenOf({ ...target, expiresAt: now + limits.fileLinkLifeSeconds * 1000 }, signingKey)}`;
}

/** What a token claims to be for. @returns undefined for text that cannot be one */
export function readToken(token: string): ReadLink | undefined {
  const [claims = '', proof, ...rest] = token.split('.');
  if (!proof || rest.length > 0) return undefined;
  const [orgId, id, purpose, seconds] = Buffer.from(claims, 'base64url').toString('utf8').split(' ');
  if (!isId(orgId) || !isId(id) || purpose === undefined || !/^\d{1,12}$/.test(seconds ?? '')) return undefined;
  return { orgId, id, purpose: purpose as Purpose, expiresAt: Number(seconds) * 1000 };
}

/** Whether the token was made for what it claims, and is still good. */
export function isGood(token: string, claimed: ReadLink, signingKey: Buffer, now: number = Date.now()): boolean {
  const [given, right] = [Buffer.from(token), Buffer.from(tokenOf(claimed, signingKey))];
  return given.length === right.length && timingSafeEqual(given, right) && now < claimed.expiresAt;
}

function tokenOf({ orgId, id, purpose, expiresAt }: ReadLink, signingKey: Buffer): string {
  const claims = `${orgId} ${id} ${purpose} ${Math.floor(expiresAt / 1000)}`;
  const proof = createHmac('sha256', signingKey).update(`file ${claims}`).digest('base64url');
  return `${Buffer.from(claims).toString('base64url')}.${proof}`;
}
