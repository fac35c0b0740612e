import { randomBytes, randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { addressOf, connectUri, isAddressOf, isChannelPath, readAddress } from './channel.ts';

const key = randomBytes(32);
const channel = { orgId: randomUUID(), id: randomUUID() };

it('an address says which channel it is of, and proves it', () => {
  const address = addressOf(channel, key);
  expect(readAddress(address)).toEqual(channel);
  expect(isAddressOf(address, channel, key)).toBe(true);
  expect(isChannelPath(`/channels/${address}`)).toBe(true);
});

it('the proof of another key, channel or organization is none', () => {
  for (const other of [
    addressOf(channel, randomBytes(32)),
    addressOf({ ...channel, id: randomUUID() }, key),
    addressOf({ ...channel, orgId: randomUUID() }, key),
    '',
  ])
    expect(isAddressOf(other, channel, key)).toBe(false);
});

it('text of another length or with other characters is no address', () => {
  const address = addressOf(channel, key);
  for (const text of ['', address.slice(1), `${address}A`, `.${address.slice(1)}`, `${address.slice(1)}\n`]) expect(readAddress(text)).toBeUndefined();
});

it('clients are told to connect to where the operator says the server is, else to where they asked', () => {
  expect(connectUri('https://directory.example.com/liaison', 'inside:8080', 'a')).toBe('wss://directory.example.com/liaison/channels/a');
  expect(connectUri('http://directory.example.com', 'inside:8080', 'a')).toBe('ws://directory.example.com/channels/a');
  expect(connectUri(undefined, 'inside:8080', 'a')).toBe('ws://inside:8080/channels/a');
});
