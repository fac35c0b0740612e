import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rewriteUrl } from './rewrite-url.ts';

const rewrite = (url: string) => rewriteUrl({ url });
const ROOTS = ['/api/v2/', '/liaison/v1/', '/oauth/', '/channels/', '/v1/'];
const segment = fc.stringMatching(/^[a-z0-9-]{1,8}$/).filter((part) => !['api', 'liaison', 'oauth', 'channels', 'v1', 'v2', 'logout'].includes(part));
const path = fc.array(segment, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
const query = fc.option(fc.webQueryParameters(), { nil: '' }).map((text) => (text ? `?${text}` : ''));

test('what a gateway puts before a root is dropped', () => {
  fc.assert(
    fc.property(
      path,
      fc.constantFrom(...ROOTS),
      path,
      query,
      (prefix, root, rest, search) => rewrite(`/${prefix}${root}${rest}${search}`) === `${root}${rest}${search}`,
    ),
  );
});

test('what begins with a root stays as it is, whatever follows', () => {
  fc.assert(fc.property(fc.constantFrom(...ROOTS), path, query, (root, rest, search) => rewrite(root + rest + search) === root + rest + search));
  expect(rewrite('/api/v2/things/oauth/token')).toBe('/api/v2/things/oauth/token');
});

test('what has no root stays as it is, also where a query has one', () => {
  fc.assert(fc.property(path, query, (rest, search) => rewrite(`/${rest}${search}`) === `/${rest}${search}`));
  expect(rewrite('/docs?url=/x/api/v2/contacts')).toBe('/docs?url=/x/api/v2/contacts');
});

test.each([
  ['/api/api/v2/users/me', '/api/v2/users/me'],
  ['/login/oauth/token', '/oauth/token'],
  ['/login/logout', '/logout'],
  ['/gateway/liaison/v1/events?after=now', '/liaison/v1/events?after=now'],
  ['/gateway/channels/abc', '/channels/abc'],
  ['/v1/api/v2/users/me', '/api/v2/users/me'],
  ['/liaison/v1/contacts/search', '/liaison/v1/contacts/search'],
  ['/', '/'],
])('%s becomes %s', (from, to) => {
  expect(rewrite(from)).toBe(to);
});
