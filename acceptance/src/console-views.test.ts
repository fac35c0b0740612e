// Saved views in the console: kept with words, filter, order and columns, shown as tabs, found by Ctrl K, begun with.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { must } from './access-callers.ts';
import { makeMany } from './bulk-calls.ts';
import { launchChromium } from './chromium.ts';
import { expectAccessible, openConsole } from './console-browser.ts';
import { commandLine } from './other-organization.ts';
import { type Json, type Server, startServer } from './server.ts';

let server: Server;
let browser: Browser;
/** Of the person who sits at the console, for a view is hers alone. */
let token: string;
beforeAll(async () => {
  [server, browser] = await Promise.all([startServer({ LIAISON_RATE_LIMIT: '0' }), launchChromium()]);
  const { clientId, adminEmail } = server.firstRun;
  token = (await commandLine<{ access_token: string }>(server, 'token', clientId, '--user', adminEmail)).access_token;
  const cities = ['Leeds', 'York', 'Leeds'];
  await makeMany(
    server,
    'contacts',
    cities.map((city, i) => ({ firstName: 'View', lastName: `Person ${i}`, address: { city } })),
  );
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

const V = '/liaison/v1/views';
const LEEDS = { field: 'address.city', eq: 'Leeds' };
const rowCount = (page: Page) => page.getByRole('grid').getAttribute('aria-rowcount');
const tabs = (page: Page) => page.getByRole('navigation', { name: 'Views' });
const headers = (page: Page) => page.getByRole('columnheader').allInnerTexts();

it('is saved from what is shown, pinned, and come back to with its filter, order and columns', async () => {
  const { page, faults } = await openConsole(
    server,
    browser,
    `/console/contacts?filter=${encodeURIComponent(JSON.stringify(LEEDS))}&sort=createDate&direction=desc`,
  );
  await expect.poll(() => rowCount(page)).toBe('3');
  await page.getByRole('columnheader', { name: 'City' }).getByRole('button').last().click();
  await page.getByRole('menuitem', { name: 'Hide' }).click();
  await expect.poll(() => headers(page)).not.toContain('City');
  await page.getByRole('button', { name: 'Views' }).click();
  await page.getByRole('menuitem', { name: 'Save as a new view' }).click();
  const dialog = page.getByRole('dialog', { name: 'Save as a new view' });
  await dialog.getByRole('textbox', { name: 'Name' }).fill('In Leeds');
  await expectAccessible(page);
  await page.keyboard.press('Enter');
  await tabs(page).getByRole('link', { name: 'In Leeds', exact: true }).waitFor();
  const [stored] = (await must(server, 'GET', V, undefined, token)).entities as Json[];
  expect(stored).toMatchObject({ name: 'In Leeds', filter: LEEDS, sort: { field: 'createDate', direction: 'desc' }, pinned: true, shared: false });
  expect(stored.columns).toContain('workEmail');
  expect(stored.columns).not.toContain('city');
  await page.keyboard.press('[');
  await expect.poll(() => rowCount(page)).toBe('4');
  await expect.poll(() => new URL(page.url()).search).toBe('');
  await page.keyboard.press(']');
  await expect.poll(() => rowCount(page)).toBe('3');
  expect(new URL(page.url()).searchParams.get('view')).toBe(stored.id);
  await expect.poll(() => headers(page)).not.toContain('City');
  await expectAccessible(page);
  expect(faults).toEqual([]);
  await page.context().close();
});

it('is changed, shared, begun with and found by those who may see it', async () => {
  const { page, faults } = await openConsole(server, browser, '/console/contacts', { scheme: 'dark' });
  await tabs(page).getByRole('link', { name: 'In Leeds' }).click();
  await page.getByRole('searchbox').fill('view');
  await expect.poll(() => new URL(page.url()).searchParams.get('q')).toBe('view');
  const act = async (name: string) => {
    await page.getByRole('button', { name: 'Views' }).click();
    await page.getByRole('menuitem', { name }).click();
  };
  const stored = async () => (await must(server, 'GET', V, undefined, token)).entities[0];
  await act('Save what is shown now');
  await expect.poll(stored).toMatchObject({ q: 'view', filter: LEEDS });
  await act('Begin with this view');
  await expect.poll(stored).toMatchObject({ isDefault: true });
  await act('Name and sharing');
  await page.getByRole('checkbox', { name: 'Share with everybody' }).check();
  await page.getByRole('button', { name: 'Save' }).click();
  await expect.poll(stored).toMatchObject({ shared: true, q: 'view' });
  await page.goto(`${server.url}/console/organizations`);
  await page.getByRole('heading', { name: 'Organizations', exact: true }).waitFor();
  await page.keyboard.press('Control+k');
  await page.getByRole('textbox', { name: 'Search' }).fill('leeds');
  await page.getByRole('button', { name: /In Leeds/ }).click();
  await expect.poll(() => rowCount(page)).toBe('3');
  await page.goto(`${server.url}/console/contacts`);
  await expect.poll(() => new URL(page.url()).searchParams.get('q')).toBe('view');
  await page.getByRole('button', { name: 'Views' }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).waitFor();
  await expectAccessible(page);
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await expect.poll(async () => (await must(server, 'GET', V, undefined, token)).entities).toEqual([]);
  await expect.poll(() => rowCount(page)).toBe('4');
  expect(faults).toEqual([]);
  await page.context().close();
});
