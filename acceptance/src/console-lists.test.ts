// Small things that lists, settings and first screens say: in words people have for them, once, and where one looks first.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeDivision, must, unique } from './access-callers.ts';
import { launchChromium } from './chromium.ts';
import { expectAccessible, openConsole } from './console-browser.ts';
import { E, make } from './directory.ts';
import { type Server, startServer } from './server.ts';

let server: Server;
let browser: Browser;
beforeAll(async () => {
  [server, browser] = await Promise.all([startServer({ LIAISON_RATE_LIMIT: '0' }), launchChromium()]);
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const go = (page: Page, path: string) => page.goto(`${server.url}/console${path}`);

it('offers many samples on the empty screen, and says where the first client’s secret is to whoever runs the call without it', async () => {
  const { page, faults } = await openConsole(server, browser, '/console/contacts');
  await button(page, 'Import 100,000 sample contacts').waitFor();
  const script = await page.locator('pre, code').filter({ hasText: 'TOKEN=$(curl' }).first().textContent();
  expect(script).toMatch(/CLIENT_SECRET:\?.*first-run\.json/);
  expect(faults).toEqual([]);
  await page.context().close();
});

it('puts the focus into the name of a new role, and counts what is in a division by names', async () => {
  const division = await makeDivision(server);
  await make(server, '/contacts', { lastName: 'Counted', division });
  const { page, faults } = await openConsole(server, browser, '/console/roles');
  await page.keyboard.press('n');
  await expect.poll(() => page.evaluate('document.activeElement.name')).toBe('name');
  await go(page, '/roles?part=divisions');
  await page.getByRole('gridcell', { name: 'Contacts: 1', exact: true }).waitFor();
  expect(faults).toEqual([]);
  await page.context().close();
});

it('has all as a choice of each filter, and no kind of identifier by the name of the API', async () => {
  const { page, faults } = await openConsole(server, browser, '/console/jobs');
  await expect.poll(() => page.getByRole('combobox', { name: 'Kind' }).inputValue()).toBe('Kind: all');
  await go(page, '/imports');
  await page.getByRole('combobox', { name: 'State' }).click();
  await page.getByRole('option', { name: 'Any state' }).waitFor();
  await go(page, '/audit?action=update');
  await page.getByRole('combobox', { name: 'Action' }).click();
  await page.getByRole('option', { name: 'Any' }).click();
  await expect.poll(() => new URL(page.url()).search).toBe('');
  await go(page, '/settings');
  await page.getByRole('combobox', { name: 'WhatsApp' }).waitFor();
  const lined = ['Days that an erasure waits for a second person', 'Days that history is kept'].map((name) =>
    page.getByRole('textbox', { name }).boundingBox(),
  );
  const [one, other] = await Promise.all(lined);
  expect(one?.y).toBe(other?.y);
  await expectAccessible(page);
  expect(faults).toEqual([]);
  await page.context().close();
});

it('shows no table without rows of who has no identifier, and keeps long names within the page', async () => {
  const { id } = await make(server, '/contacts', { lastName: 'Wolfeschlegelsteinhausenbergerdorff'.repeat(2) });
  const { page, faults } = await openConsole(server, browser, `/console/contacts/${id}`, { width: 420 });
  await page.getByRole('heading', { name: /Wolfe/ }).waitFor();
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(420);
  await go(page, `/privacy?person=${id}`);
  await page.getByText('Known by no number, address or outside id').waitFor();
  expect(faults).toEqual([]);
  await page.context().close();
});

it('says how many match where it knows, before and after all of them are selected', async () => {
  const word = unique('Counted').replace(/\W/g, '');
  await must(server, 'POST', `${E}/bulk/contacts/add`, { entities: Array.from({ length: 3 }, () => ({ lastName: word })) });
  const { page, faults } = await openConsole(server, browser, `/console/contacts?q=${word}`);
  await page.getByRole('gridcell', { name: word }).nth(2).waitFor();
  await page.getByRole('columnheader').getByRole('checkbox').check();
  await button(page, 'Select all 3 that match').click();
  await page.getByText('All 3 that match are selected').waitFor();
  expect(faults).toEqual([]);
  await page.context().close();
});

it('goes to a screen by g and a letter, and by no letter alone however early it comes', async () => {
  const { page } = await openConsole(server, browser, '/console/contacts');
  // As a hand is that is quicker than the page is old.
  const led = await page.evaluate(`new Promise((drawn) => {
    dispatchEvent(Object.defineProperty(new KeyboardEvent('keydown', { key: 'u' }), 'timeStamp', { value: 900 }));
    requestAnimationFrame(() => requestAnimationFrame(() => drawn(location.pathname)));
  })`);
  expect(led).toBe('/console/contacts');
  await page.keyboard.press('g');
  await page.keyboard.press('o');
  await page.waitForURL(/\/organizations/);
  await page.context().close();
});
