import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pageListing, pageOf } from './page.ts';

const size = fc.integer({ min: 1, max: 200 });
const total = fc.integer({ min: 0, max: 3000 });

test('pages reach the first 1,000 records and none further', () => {
  fc.assert(
    fc.property(size, fc.integer({ min: 1, max: 1000 }), (pageSize, pageNumber) => {
      const open = () => pageOf({ pageSize, pageNumber });
      if (pageSize * pageNumber > 1000) expect(open).toThrow(expect.objectContaining({ code: 'invalid.query.param.value', status: 400 }));
      else expect(open()).toMatchObject({ size: pageSize, number: pageNumber, offset: (pageNumber - 1) * pageSize });
    }),
  );
});

test('following nextUri visits each reachable page once', () => {
  fc.assert(
    fc.property(size, total, (pageSize, found) => {
      const read = (uri: string) => {
        const params = new URL(uri, 'http://x').searchParams;
        const page = pageOf({ pageSize: Number(params.get('pageSize')), pageNumber: Number(params.get('pageNumber')) });
        return JSON.parse(pageListing(uri, page, '[]', { total: found }));
      };
      const visited: number[] = [];
      let page = read(`/x?q=a%20b&pageSize=${pageSize}&pageNumber=1`);
      const { firstUri, lastUri } = page;
      expect(page).not.toHaveProperty('previousUri');
      for (; ; page = read(page.nextUri)) {
        visited.push(page.pageNumber);
        expect(new URL(page.selfUri, 'http://x').searchParams.get('q')).toBe('a b');
        if (page.pageNumber > 1) expect(new URL(page.previousUri, 'http://x').searchParams.get('pageNumber')).toBe(String(page.pageNumber - 1));
        if (!page.nextUri) break;
      }
      const reachable = Math.max(1, Math.min(Math.ceil(found / pageSize), Math.floor(1000 / pageSize)));
      expect(visited).toEqual(Array.from({ length: reachable }, (_, i) => i + 1));
      expect([firstUri, lastUri].map((uri) => read(uri).pageNumber)).toEqual([1, reachable]);
    }),
  );
});

test('pageCount counts the pages of the window, total what there is', () => {
  const listing = (found: number) => JSON.parse(pageListing('/x', pageOf({ pageSize: 100 }), '[]', { total: found, partial: found > 2000 }));
  expect(listing(0)).toMatchObject({ total: 0, pageCount: 0, partialResults: false });
  expect(listing(101)).toMatchObject({ total: 101, pageCount: 2 });
  expect(listing(2500)).toMatchObject({ total: 2500, pageCount: 10, partialResults: true });
});

test('links hold what the query held, and no words of cursors', () => {
  const listing = pageListing('/x?pageNumber=2&expand=a&expand=b&pageSize=10', pageOf({ pageSize: 10, pageNumber: 2 }), '[]', { total: 100 });
  const { selfUri } = JSON.parse(listing);
  const params = new URL(selfUri, 'http://x').searchParams;
  expect(params.getAll('expand')).toEqual(['a', 'b']);
  expect(params.getAll('pageNumber')).toEqual(['2']);
  expect(listing).not.toMatch(/cursor|after/);
});
