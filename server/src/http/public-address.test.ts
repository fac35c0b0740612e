import dns from 'node:dns';
import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { isPublicAddress, leadsAstray, namesPrivate, publicLookup } from './public-address.ts';

/** Each kind of address that is not public, with neighbours just outside, so that the rule is no wider than it says. */
const V4 = {
  'this network': { no: ['0.0.0.0', '0.1.2.3', '0.255.255.255'], yes: ['1.0.0.0'] },
  loopback: { no: ['127.0.0.0', '127.0.0.1', '127.1.2.3', '127.255.255.255'], yes: ['126.255.255.255', '128.0.0.1'] },
  'private, 10': { no: ['10.0.0.0', '10.255.255.255'], yes: ['9.255.255.255', '11.0.0.0'] },
  'private, 172.16': { no: ['172.16.0.0', '172.31.255.255'], yes: ['172.15.255.255', '172.32.0.0'] },
  'private, 192.168': { no: ['192.168.0.0', '192.168.255.255'], yes: ['192.167.255.255', '192.169.0.0'] },
  'link-local': { no: ['169.254.0.0', '169.254.255.255'], yes: ['169.253.255.255', '169.255.0.0'] },
  'carrier-grade NAT': { no: ['100.64.0.0', '100.127.255.255'], yes: ['100.63.255.255', '100.128.0.0'] },
  'protocol assignments': { no: ['192.0.0.0', '192.0.0.170'], yes: ['192.0.1.0'] },
  documentation: { no: ['192.0.2.1', '198.51.100.7', '203.0.113.9'], yes: ['192.0.3.1', '198.51.101.7', '203.0.114.9'] },
  benchmarking: { no: ['198.18.0.0', '198.19.255.255'], yes: ['198.17.255.255', '198.20.0.0'] },
  'relays of 6to4': { no: ['192.88.99.1'], yes: ['192.88.98.1'] },
  multicast: { no: ['224.0.0.1', '239.255.255.255'], yes: ['223.255.255.255'] },
  'reserved, broadcast': { no: ['240.0.0.1', '255.255.255.254', '255.255.255.255'], yes: ['223.255.255.254'] },
  'metadata of AWS, GCP, Azure': { no: ['169.254.169.254', '169.254.170.2'], yes: ['8.8.8.8'] },
  'metadata of Alibaba': { no: ['100.100.100.200'], yes: ['100.200.100.100'] },
  'metadata of Oracle': { no: ['192.0.0.192'], yes: ['192.1.0.192'] },
  'platform of Azure': { no: ['168.63.129.16'], yes: ['168.63.129.17', '168.63.129.15'] },
};

const V6 = {
  unspecified: { no: ['::'], yes: ['2606:4700::'] },
  'loopback of IPv6': { no: ['::1', '0:0:0:0:0:0:0:1'], yes: ['2606:4700::1'] },
  'unique local': { no: ['fc00::1', 'fd00:ec2::254', 'fdff::1'], yes: ['2a00:1450::1'] },
  'link-local of IPv6': { no: ['fe80::1', 'fe80::1%eth0', 'febf::1'], yes: ['2a00:1450::2'] },
  'site-local': { no: ['fec0::1'], yes: ['2a00:1450::3'] },
  'multicast of IPv6': { no: ['ff02::1', 'ff0e::1'], yes: ['2a00:1450::4'] },
  'mapped IPv4': { no: ['::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:10.0.0.1', '::ffff:169.254.169.254', '::ffff:168.63.129.16'], yes: ['::ffff:8.8.8.8'] },
  'compatible IPv4': { no: ['::127.0.0.1', '::7f00:1', '::8.8.8.8'], yes: ['2606:4700::8.8.8.8'] },
  'translated IPv4 (SIIT)': { no: ['::ffff:0:127.0.0.1', '::ffff:0:8.8.8.8'], yes: ['2606:4700::5'] },
  NAT64: { no: ['64:ff9b::127.0.0.1', '64:ff9b::a9fe:a9fe', '64:ff9b::10.1.1.1'], yes: ['64:ff9b::8.8.8.8'] },
  'local NAT64': { no: ['64:ff9b:1::8.8.8.8', '64:ff9b:1:abcd::127.0.0.1'], yes: ['64:ff9b::1.1.1.1'] },
  '6to4': { no: ['2002:7f00:1::', '2002:a9fe:a9fe::1', '2002:808:808::1'], yes: ['2003::1'] },
  Teredo: { no: ['2001::1', '2001:0:4136:e378:8000:63bf:3fff:fdd2'], yes: ['2001:4860:4860::8888'] },
  'documentation of IPv6': { no: ['2001:db8::1', '3fff::1'], yes: ['2001:db9::1', '3ffe::1'] },
  'discarded, unassigned': { no: ['100::1', '4000::1', '1fff::1', '5f00::1'], yes: ['2600::1'] },
};

describe.each(Object.entries({ ...V4, ...V6 }))('%s', (_, { no, yes }) => {
  test.each(no)('%s is refused', (address) => expect(isPublicAddress(address)).toBe(false));
  test.each(yes)('%s is public', (address) => expect(isPublicAddress(address)).toBe(true));
});

test.each(['', 'localhost', 'example.com', '127.1', '0x7f000001', '2130706433', '[::1]', '1.2.3.4.5', '1.2.3'])(
  '"%s" is no address, and so not public',
  (text) => expect(isPublicAddress(text)).toBe(false),
);

describe('a URL whose host is an address or stands for the machine', () => {
  test.each([
    'http://127.0.0.1/',
    'http://127.1/',
    'http://127.0.1/',
    'http://0/',
    'http://2130706433/',
    'http://0x7f000001/',
    'http://0x7F.0.0.1/',
    'http://0177.0.0.1/',
    'http://017700000001/',
    'http://127.0.0.1./',
    'http://①②⑦.0.0.1/',
    'http://127。0。0。1/',
    'http://%31%32%37.0.0.1/',
    'http://0xa9fea9fe/latest/meta-data/',
    'http://2852039166/',
    'http://169.254.169.254:80/',
    'http://[::1]/',
    'http://[::]:8080/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:a9fe:a9fe]/',
    'http://[0:0:0:0:0:ffff:7f00:1]/',
    'http://[64:ff9b::7f00:1]/',
    'http://[2002:7f00:1::]/',
    'http://[fd00:ec2::254]/',
    'http://localhost/',
    'http://LOCALHOST/',
    'http://localhost./',
    'http://localhost../',
    'http://anything.localhost:8080/',
    'https://ⓛocalhost/',
  ])('%s is refused', (url) => expect(namesPrivate(new URL(url))).toBe(true));

  test.each([
    'http://8.8.8.8/',
    'http://134744072/',
    'http://0x8.8.010.8/',
    'http://[2606:4700:4700::1111]/',
    'http://[::ffff:8.8.8.8]/',
    'https://example.com/',
    'https://localhost.example.com/',
    'https://mylocalhost/',
    'https://127.0.0.1.example.com/',
  ])('%s is not', (url) => expect(namesPrivate(new URL(url))).toBe(false));
});

test('an IPv4 address is as public mapped or translated as it is by itself', () => {
  fc.assert(
    fc.property(fc.ipV4(), (address) => {
      expect(isPublicAddress(`::ffff:${address}`)).toBe(isPublicAddress(address));
      expect(isPublicAddress(`64:ff9b::${address}`)).toBe(isPublicAddress(address));
    }),
  );
});

test('however an address is written, the URL is judged by the address', () => {
  const written = fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 3 })).map(([address, how]) => {
    const bytes = address.split('.').map(Number) as [number, number, number, number];
    const number = bytes.reduce((sum, byte) => sum * 256 + byte, 0);
    const text = [address, String(number), `0x${number.toString(16)}`, bytes.map((byte) => `0${byte.toString(8)}`).join('.')][how] as string;
    return { address, text };
  });
  fc.assert(
    fc.property(written, ({ address, text }) => {
      expect(namesPrivate(new URL(`http://${text}/`))).toBe(!isPublicAddress(address));
    }),
  );
});

describe('a name is looked up', () => {
  afterEach(() => vi.restoreAllMocks());
  const answers = (...addresses: string[]) => {
    const found = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    vi.spyOn(dns, 'lookup').mockImplementation(((_name: string, _options: object, callback: (error: null, found: object[]) => void) =>
      callback(null, found)) as never);
    vi.spyOn(dns.promises, 'lookup').mockImplementation((async () => found) as never);
  };
  const lookedUp = (all: boolean) =>
    new Promise((resolve) =>
      publicLookup('receiver.example', { all }, (error, address, family) => resolve(error ? { code: error.code } : { address, family })),
    );

  test.each([[['8.8.8.8']], [['8.8.8.8', '2606:4700::1']]])('and %j is connected to', async (addresses) => {
    answers(...addresses);
    expect(await lookedUp(true)).toMatchObject({ address: addresses.map((address) => ({ address })) });
    expect(await lookedUp(false)).toEqual({ address: '8.8.8.8', family: 4 });
    expect(await leadsAstray(new URL('https://receiver.example/'))).toBe(false);
  });

  test.each([[['127.0.0.1']], [['8.8.8.8', '10.0.0.1']], [['8.8.8.8', '::1']], [['::ffff:169.254.169.254']]])('and %j is not', async (addresses) => {
    answers(...addresses);
    expect(await lookedUp(true)).toEqual({ code: 'address.refused' });
    expect(await lookedUp(false)).toEqual({ code: 'address.refused' });
    expect(await leadsAstray(new URL('https://receiver.example/'))).toBe(true);
  });
});
