import { expect, test } from 'vitest';
import { loadContract, type Schema } from './load.ts';

const { document, operations, resolve } = loadContract();

test('every operation has an id, a path and a permission or a reason to need none', () => {
  expect(operations.length).toBeGreaterThan(200);
  expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
  expect(new Set(operations.map(({ method, path }) => `${method} ${path}`)).size).toBe(operations.length);
  const open = operations.filter(({ path, authenticated }) => path.startsWith('/api/v2/') && !authenticated);
  expect(open).toEqual([]);
  const free = operations.filter(({ path, permissions }) => path.startsWith('/api/v2/externalcontacts/') && !permissions).map(({ operationId }) => operationId);
  expect(free).toEqual([]);
});

test('every operation says what it answers, and each error as such', () => {
  for (const { operationId, path, responses } of operations) {
    expect(
      [...responses.keys()].some((status) => status < 300),
      operationId,
    ).toBe(true);
    for (const [status, pointer] of responses)
      if (status >= 400 && path.startsWith('/api/v2/'))
        expect(pointer, operationId).toMatch(/^#\/components\/responses\/(Error|KeyReused)\/content\/application~1json\/schema$/);
  }
});

test('every path parameter of a path is declared, and no other', () => {
  for (const { operationId, path, parameters } of operations) {
    const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    expect(
      parameters
        .filter((parameter) => parameter.in === 'path')
        .map(({ name }) => name)
        .toSorted(),
      operationId,
    ).toEqual(named.toSorted());
  }
});

test('every reference leads somewhere', () => {
  const references: string[] = [];
  const walk = (value: unknown) => {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, inner] of Object.entries(value)) {
      if (key === '$ref') references.push(inner as string);
      else walk(inner);
    }
  };
  walk(document);
  const at = (pointer: string) =>
    pointer
      .split('/')
      .slice(1)
      .reduce<unknown>((value, part) => (value as Record<string, unknown> | undefined)?.[part], document);
  expect(references.length).toBeGreaterThan(500);
  expect(references.filter((reference) => at(reference) === undefined)).toEqual([]);
});

test('what stands beside a reference holds as well', () => {
  expect(resolve({ $ref: '#/components/schemas/PhoneNumber', readOnly: true } as Schema)).toMatchObject({ type: 'object', readOnly: true });
  expect(resolve({ $ref: '#/components/schemas/PhoneNumber' } as Schema)).not.toHaveProperty('readOnly');
  expect(() => resolve({ $ref: '#/components/schemas/Nothing' } as Schema)).toThrow('#/components/schemas/Nothing');
});

test('every operation that takes an Idempotency-Key says that it may be another request’s, which makes no other 422 of a 400', () => {
  const keyed = operations.filter(({ method, authenticated }) => method === 'POST' && authenticated);
  expect(keyed.filter(({ responses }) => !responses.has(422))).toEqual([]);
  const statusOf = (id: string) => operations.find(({ operationId }) => operationId === id)?.invalidStatus;
  expect([statusOf('postNotificationsChannelSubscriptions'), statusOf('postExternalcontactsContacts'), statusOf('getExternalcontactsContacts')]).toEqual([
    400, 422, 400,
  ]);
});
