// Where a request comes from, as far as counting goes.
import ipaddr from 'ipaddr.js';

/**
 * The network address to count by: of IPv6 the half that names a network, because whoever has one address has all of its
 * others. Undefined for this machine itself: a reverse proxy that does not say for whom it asks would be everybody.
 */
export function networkOf(address: string): string | undefined {
  // Some proxies write the port, too; what else is no address is counted as it is written.
  const text = [address, address.replace(/^\[?(.+?)\]?(?::\d+)?$/, '$1')].find((one) => ipaddr.isValid(one));
  if (text === undefined) return address.slice(0, 100);
  const parsed = ipaddr.process(text);
  if (parsed.range() === 'loopback') return undefined;
  return parsed.kind() === 'ipv4' ? parsed.toString() : parsed.toByteArray().slice(0, 8).join('.');
}
