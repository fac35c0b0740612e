// The console over thousands of contacts: as light as over a few.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeMany } from './bulk-calls.ts';
import { launchChromium } from './chromium.ts';
import { openConsole } from './console-browser.ts';
import { firstRows, quickSearch, scrollDown } from './console-pace.ts';
import { type Server, startServer } from './server.ts';

let server: Server;
let browser: Browser;
beforeAll(async () => {
  [server, browser] = await Promise.all([startServer({ LIAISON_RATE_LIMIT: '0' }), launchChromium()]);
  await makeMany(
    server,
    'contacts',
    Array.from({ length: 3000 }, (_, i) => ({ firstName: 'Many', lastName: `Person ${String(i).padStart(4, '0')}`, title: 'Tester' })),
  );
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

const ROWS_MAX = 400;
/** Where nothing else runs it takes a tenth of this. */
const PATIENCE_MS = 3000;

it('has few rows in the page however far one scrolls, and shows them as soon as they are there', async () => {
  const { page, faults } = await openConsole(server, browser, '/console/organizations');
  const { afterAnswerMs } = await firstRows(page, `${server.url}/console/contacts`);
  expect(afterAnswerMs).toBeLessThan(PATIENCE_MS);
  const { most, last } = await scrollDown(page, 60);
  expect(last).toBeGreaterThan(500);
  expect(most).toBeGreaterThan(10);
  expect(most).toBeLessThan(ROWS_MAX);
  await page.keyboard.press('Control+k');
  const { shownMs, answerMs } = await quickSearch(page, 'person 2999');
  expect(shownMs).toBeGreaterThanOrEqual(answerMs);
  expect(shownMs - answerMs).toBeLessThan(PATIENCE_MS);
  await page.getByRole('button', { name: /Many Person 2999/ }).waitFor();
  expect(faults).toEqual([]);
  await page.context().close();
});
