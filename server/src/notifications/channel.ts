// The address of a channel's WebSocket. Clients connect to it without a token, as they do on the platform, so it holds
// what nobody can guess. That part is made from the organization's signing key: nothing has to be stored, and a channel
// that is listed can still say where it is.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { isId } from '../families/id.ts';

export interface ChannelKey {
  orgId: string;
  id: string;
}

const ID_BYTES = 16;
const PROOF_BYTES = 24;
const CHARACTERS = Math.ceil(((2 * ID_BYTES + PROOF_BYTES) * 4) / 3);
const PATH = new RegExp(`^/channels/[\\w-]{${CHARACTERS}}$`);

/** The organization first, so that the channel is looked up behind that organization's own door. */
export function addressOf({ orgId, id }: ChannelKey, signingKey: Buffer): string {
  const proof = createHmac('sha256', signingKey).update(`channel ${orgId} ${id}`).digest().subarray(0, PROOF_BYTES);
  return Buffer.concat([bytesOf(orgId), bytesOf(id), proof]).toString('base64url');
}

/** Which channel an address claims to be of. @returns undefined for text that cannot be an address */
export function readAddress(address: string): ChannelKey | undefined {
  if (!isChannelPath(`/channels/${address}`)) return undefined;
  const bytes = Buffer.from(address, 'base64url');
  const [orgId, id] = [uuidAt(bytes, 0), uuidAt(bytes, ID_BYTES)];
  return isId(orgId) && isId(id) ? { orgId, id } : undefined;
}

/** Whether the address is the channel's own, and not made up. */
export function isAddressOf(address: string, channel: ChannelKey, signingKey: Buffer): boolean {
  const [given, right] = [Buffer.from(address), Buffer.from(addressOf(channel, signingKey))];
  return given.length === right.length && timingSafeEqual(given, right);
}

/** @param path without a gateway's prefix and without a query */
export const isChannelPath = (path: string): boolean => PATH.test(path);

/** @param publicUrl how the operator says the server is reached; else by the host that the request named */
export function connectUri(publicUrl: string | undefined, host: string | undefined, address: string): string {
  const base = publicUrl ?? `http://${host ?? 'localhost'}`;
  return `${base.replace(/^http/, 'ws')}/channels/${address}`;
}

const bytesOf = (uuid: string) => Buffer.from(uuid.replaceAll('-', ''), 'hex');

function uuidAt(bytes: Buffer, start: number): string {
  const hex = bytes.toString('hex', start, start + ID_BYTES);
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
