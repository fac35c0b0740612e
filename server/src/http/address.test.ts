import { expect, test } from 'vitest';
import { networkOf } from './address.ts';

test.each([
  ['203.0.113.7', '203.0.113.7'],
  ['203.0.113.7:51234', '203.0.113.7'],
  ['::ffff:203.0.113.7', '203.0.113.7'],
  ['2001:db8::1', networkOf('2001:db8::2')],
  ['[2001:db8::1]', networkOf('2001:db8::2')],
  ['[2001:db8::1]:443', networkOf('2001:db8::2')],
  ['127.0.0.1', undefined],
  ['127.0.0.1:80', undefined],
  ['[::1]', undefined],
  ['unknown', 'unknown'],
])('%s is counted as %s', (address, network) => expect(networkOf(address)).toBe(network));
