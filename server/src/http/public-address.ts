// Where requests of this server may lead that somebody told it to make: webhooks, identity providers. A server that sends
// requests wherever it is told to is a way into the network it stands in (OWASP API7, server-side request forgery): so it
// sends to public addresses only, unless the operator says otherwise. What counts is the address that is connected to, not
// the name: see publicLookup.
import dns from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { limits } from './limits.ts';

/**
 * Whether an address is one of the public internet's. Whatever is not known to be is not: the registries of special
 * addresses (IANA; RFC 6890) grow, and ranges of tomorrow are none of today's receivers.
 * @param text an address, not a name; with a zone (fe80::1%eth0) it is local by itself
 */
export function isPublicAddress(text: string): boolean {
  if (isIP(text) === 0 || text.includes('%')) return false;
  if (isIP(text) === 4) return isPublicV4(ipaddr.IPv4.parse(text));
  // Without dots: ipaddr.js takes ::8.8.8.8 for ::ffff:8.8.8.8.
  return isPublicV6(ipaddr.IPv6.parse(new URL(`http://[${text}]`).hostname.slice(1, -1)));
}

/** The platform service of a cloud that answers on an address among the public ones, also for credentials (Azure's WireServer). */
const METADATA = new Set(['168.63.129.16']);

function isPublicV4(address: ipaddr.IPv4): boolean {
  return address.range() === 'unicast' && !METADATA.has(address.toString());
}

/** Translated to IPv4 by a gateway (RFC 6052): as public as the address inside. An operating system does the same to mapped ones. */
const TRANSLATED = ['::ffff:0:0/96', '64:ff9b::/96'].map((range) => ipaddr.IPv6.parseCIDR(range));
/** What is given out as global unicast (RFC 4291). */
const GLOBAL = ipaddr.IPv6.parseCIDR('2000::/3');

function isPublicV6(address: ipaddr.IPv6): boolean {
  if (TRANSLATED.some((range) => address.match(range))) return isPublicV4(new ipaddr.IPv4(address.toByteArray().slice(12)));
  return address.match(GLOBAL) && address.range() === 'unicast';
}

/**
 * The address that a URL names without a look-up, else undefined. URL has read decimal, octal, hexadecimal and short
 * forms of IPv4 already: http://2130706433/ is http://127.0.0.1/.
 */
export function literalAddress(url: URL): string | undefined {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  return isIP(host) === 0 ? undefined : host;
}

/** Names that stand for the machine itself, whatever is looked up (RFC 6761 §6.3). */
export function isLocalName(url: URL): boolean {
  return /(^|\.)localhost\.*$/.test(url.hostname);
}

/** Whether the URL can be seen to lead astray before anything is looked up. */
export function namesPrivate(url: URL): boolean {
  const literal = literalAddress(url);
  return isLocalName(url) || (literal !== undefined && !isPublicAddress(literal));
}

/** The code of a connection that was not made. */
export const ADDRESS_REFUSED = 'address.refused';

/**
 * A look-up that gives no address unless all that the name has are public. It is the one that the connection is made by:
 * a name that is changed between a check and the connection (DNS rebinding) has nothing to slip through.
 */
export const publicLookup: LookupFunction = (hostname, options, callback) => {
  dns.lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, []);
    if (!addresses.every(({ address }) => isPublicAddress(address))) return callback(Object.assign(new Error(ADDRESS_REFUSED), { code: ADDRESS_REFUSED }), []);
    const [first] = addresses;
    return options.all || !first ? callback(null, addresses) : callback(null, first.address, first.family);
  });
};

/** Whether a name leads to an address that is not public; false where it cannot be looked up now. Takes no longer than the limit. */
export async function leadsAstray(url: URL): Promise<boolean> {
  if (namesPrivate(url)) return true;
  const found = dns.promises.lookup(url.hostname, { all: true }).catch(() => []);
  const late = new Promise<[]>((resolve) => setTimeout(resolve, limits.lookupMs, []).unref());
  return (await Promise.race([found, late])).some(({ address }) => !isPublicAddress(address));
}
