// The console, as people use it: from the first start to the first contact, the table by keys alone, duplicates by keys
// alone, in both languages, within what a first visit may weigh.
import { gzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium } from './chromium.ts';
import { expectAccessible, openConsole } from './console-browser.ts';
import { expectFocusSeen } from './console-keys.ts';
import { E } from './directory.ts';
import { type Json, type Server, startServer } from './server.ts';

let server: Server;
let browser: Browser;
beforeAll(async () => {
  [server, browser] = await Promise.all([startServer({ LIAISON_RATE_LIMIT: '0' }), launchChromium()]);
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

const KB = 1024;
const JAVASCRIPT_MAX = 200 * KB;
const ROWS_MAX = 400;

const grid = (page: Page) => page.getByRole('grid');
const rows = (page: Page) => grid(page).locator('[role=row][aria-rowindex]:not([aria-rowindex="1"])');
/** The cell that the keys are in. */
const activeCell = (page: Page) =>
  grid(page).evaluate((element) => element.ownerDocument.getElementById(element.getAttribute('aria-activedescendant') ?? '')?.textContent ?? null);

it('shows a new directory, and its first contact, to whoever has just started the server', async () => {
  const { page, keys, faults } = await openConsole(server, browser, '/console/');
  await page.getByRole('heading', { name: 'No contacts yet' }).waitFor();
  await keys.press('n');
  const email = page.getByRole('textbox', { name: 'Work e-mail' });
  await keys.write(page.getByLabel('First name'), 'Ada');
  await keys.write(page.getByLabel('Last name'), 'Lovelace');
  await keys.write(email, 'ada@');
  await keys.push(page.getByRole('button', { name: 'Create the contact' }));
  // The server says what is wrong with it, at the field.
  await expect.poll(() => email.getAttribute('aria-invalid')).toBe('true');
  await keys.write(email, 'ada@example.com');
  await keys.press('Enter');
  await page.getByRole('heading', { name: 'Ada Lovelace' }).waitFor();
  await expectAccessible(page);
  await keys.press('g', 'c');
  await rows(page).getByText('Ada Lovelace').waitFor();
  expect(faults).toEqual([]);
  await page.context().close();
});

it('reviews duplicates by keys alone: merged, unmerged, dismissed', async () => {
  const twin = { firstName: 'Augusta', lastName: 'Featherstonehaugh', address: { address1: '12 St James Square', city: 'London', postalCode: 'SW1Y 4JH' } };
  for (const title of ['Countess', 'Mathematician'])
    await server.request('POST', `${E}/contacts`, { body: { ...twin, title, workEmail: 'augusta@example.com' } });
  await expect.poll(async () => (await server.request('GET', '/liaison/v1/duplicates')).body.entities.length, { timeout: 30_000 }).toBe(1);
  const { page, faults } = await openConsole(server, browser, '/console/duplicates');
  const pair = page.getByRole('navigation', { name: 'Pairs' }).getByRole('button');
  await pair.waitFor();
  await expectAccessible(page);
  // The field that differs comes first: the value of the second column is picked, and the server says what comes of it.
  await page.keyboard.press('1');
  await expect
    .poll(() =>
      page
        .getByRole('row', { name: /^Title/ })
        .getByRole('cell')
        .last()
        .textContent(),
    )
    .toBe('Countess');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'No duplicates to look at' }).waitFor();
  const { body } = await server.request('GET', `${E}/contacts?q=featherstonehaugh`);
  expect(body.entities).toMatchObject([{ title: 'Countess' }]);
  await page.keyboard.press('u');
  await pair.waitFor();
  expect((await server.request('GET', `${E}/contacts?q=featherstonehaugh`)).body.total).toBe(2);
  await page.keyboard.press('x');
  await page.getByRole('heading', { name: 'No duplicates to look at' }).waitFor();
  expect(faults).toEqual([]);
  await page.context().close();
});

describe('with a directory', () => {
  const NAMES = Array.from({ length: 500 }, (_, i) => `Person ${String(i).padStart(3, '0')}`);
  beforeAll(async () => {
    const entities = NAMES.map((lastName, i) => ({ firstName: 'Grid', lastName, title: 'Tester', workEmail: `grid-${i}@example.com` }));
    const { status } = await server.request('POST', `${E}/bulk/contacts/add`, { body: { entities } });
    expect(status).toBe(200);
  });

  it('is a grid for keys alone, and keeps no more rows in the page than are seen', async () => {
    const { page, keys } = await openConsole(server, browser, '/console/contacts?q=grid');
    await rows(page).first().waitFor();
    const place = async () => {
      await expectFocusSeen(page);
      return activeCell(page);
    };
    // One tab stop: whatever is in it is reached by the arrows.
    expect(await grid(page).locator('a, button, input, [tabindex="0"]').and(page.locator(':not([tabindex="-1"])')).count()).toBe(0);
    await keys.to(grid(page));
    await keys.press('ArrowRight');
    expect(await place()).toBe('Grid Person 000');
    await keys.press('ArrowDown');
    expect(await place()).toBe('Grid Person 001');
    await keys.press('ArrowUp', 'ArrowLeft', 'Space');
    await page.getByText('1 selected').waitFor();
    await keys.press('End');
    expect(await place()).not.toBe('Grid Person 000');
    await keys.press('Home', 'ArrowRight', 'PageDown', 'PageDown');
    const far = Number((await place())?.slice(-3));
    expect(far).toBeGreaterThan(20);
    await keys.press('PageUp');
    expect(Number((await place())?.slice(-3))).toBe(far / 2);
    await keys.press('Control+End');
    await expect.poll(place).not.toBeNull();
    const index = () =>
      grid(page).evaluate((one) => one.ownerDocument.getElementById(one.getAttribute('aria-activedescendant') ?? '')?.parentElement?.ariaRowIndex);
    // Reading on goes on until all are there; the head is the first row.
    await expect
      .poll(async () => {
        await keys.press('Control+End');
        return [await grid(page).getAttribute('aria-rowcount'), await index()];
      })
      .toEqual(['501', '501']);
    expect(await rows(page).count()).toBeLessThan(ROWS_MAX);
    await keys.press('Control+Home');
    expect(await index()).toBe('2');
    // Above the first row is the head, which sorts and has its menu.
    await keys.press('ArrowRight', 'ArrowUp', 'Space');
    await expect.poll(() => page.getByRole('columnheader', { name: 'Name' }).getAttribute('aria-sort')).toBe('descending');
    await keys.press('Enter');
    await keys.pick(page.getByRole('menuitem', { name: 'Sort ascending' }));
    await expect.poll(() => page.getByRole('columnheader', { name: 'Name' }).getAttribute('aria-sort')).toBe('ascending');
    await keys.press('ArrowDown');
    await expect.poll(place).toBe('Grid Person 000');
    await keys.press('Enter');
    await page.getByRole('dialog', { name: 'Grid Person 000' }).waitFor();
    // Whatever was opened gives the focus back.
    await keys.press('Escape');
    await expect.poll(place).toBe('Grid Person 000');
    await page.context().close();
  });

  it('edits a cell in place', async () => {
    const { page, keys } = await openConsole(server, browser, '/console/contacts?q=person+042');
    await rows(page).first().waitFor();
    await keys.to(grid(page));
    await keys.press('ArrowRight', 'ArrowRight', 'F2');
    await keys.write(page.getByRole('textbox', { name: 'Title' }), 'Lead tester');
    await keys.press('Enter');
    await rows(page).getByText('Lead tester').waitFor();
    const { body } = await server.request('GET', `${E}/contacts?q=person+042`);
    expect(body.entities[0]).toMatchObject({ title: 'Lead tester', workEmail: 'grid-42@example.com' });
    await page.context().close();
  });

  it('shows what somebody else has saved before it overwrites it', async () => {
    const { id } = (await server.request('GET', `${E}/contacts?q=person+077`)).body.entities[0];
    const { page } = await openConsole(server, browser, `/console/contacts/${id}`);
    await page.getByRole('button', { name: 'Edit' }).click();
    await page.getByLabel('Title', { exact: true }).fill('Mine');
    await server.request('PATCH', `${E}/contacts/${id}`, { body: { changes: [{ field: '$.title', action: 'Update', value: 'Theirs' }] } });
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Title: yours “Mine”, theirs “Theirs”').waitFor();
    await page.getByRole('button', { name: 'Save mine' }).click();
    await page.getByText('Mine', { exact: true }).waitFor();
    await page.context().close();
  });

  it('says that it is offline, keeps what was typed, and saves it when the connection is back', async () => {
    const { id } = (await server.request('GET', `${E}/contacts?q=person+055`)).body.entities[0];
    const { page, keys, faults } = await openConsole(server, browser, `/console/contacts/${id}`);
    const title = page.getByLabel('Title', { exact: true });
    const stored = async () => (await server.request('GET', `${E}/contacts/${id}`)).body.title;
    await keys.push(page.getByRole('button', { name: 'Edit' }));
    await keys.write(title, 'Offline');
    await page.context().setOffline(true);
    await page.getByRole('button', { name: 'No connection: try again' }).waitFor();
    await keys.press('Enter');
    expect(await title.inputValue()).toBe('Offline');
    await expectAccessible(page);
    await page.context().setOffline(false);
    await page.getByText('Saved').waitFor();
    expect(await page.getByRole('button', { name: 'No connection: try again' }).count()).toBe(0);
    expect(await stored()).toBe('Offline');

    // The network is there, and the server is not.
    await keys.push(page.getByRole('button', { name: 'Edit' }));
    await keys.write(title, 'Restarted');
    await page.route('**/api/**', (route) => route.abort());
    await keys.press('Enter');
    await page.getByRole('alert').getByText('The server does not answer.').waitFor();
    expect(await title.inputValue()).toBe('Restarted');
    await page.unroute('**/api/**');
    await keys.write(title, 'Restarted');
    await keys.press('Enter');
    await expect.poll(stored).toBe('Restarted');

    // A screen that was never loaded says so, and comes by itself.
    await page.context().setOffline(true);
    await keys.to(page.getByRole('link', { name: 'Imports' }));
    await keys.press('Enter');
    await page.getByRole('heading', { name: 'The server does not answer' }).waitFor();
    await page.context().setOffline(false);
    await page.getByRole('heading', { name: 'Nothing was imported yet' }).waitFor();
    expect(faults.filter((fault) => !fault.includes('The server does not answer.'))).toEqual([]);
    await page.context().close();
  });

  it('finds people and screens with Ctrl K', async () => {
    const { page } = await openConsole(server, browser, '/console/organizations');
    await page.keyboard.press('Control+k');
    await page.getByRole('textbox', { name: 'Search' }).fill('person 123');
    await page.getByRole('button', { name: /Grid Person 123/ }).click();
    await page.getByRole('heading', { name: 'Grid Person 123' }).waitFor();
    await page.context().close();
  });

  it('keeps a filter in the address, as the API has it', async () => {
    const filter = {
      and: [
        { field: 'lastName', prefix: 'Person 00' },
        { field: 'workEmail', exists: true },
      ],
    };
    const { page } = await openConsole(server, browser, `/console/contacts?filter=${encodeURIComponent(JSON.stringify(filter))}`);
    await page.getByText('Last name begins with Person 00').waitFor();
    await expect.poll(() => grid(page).getAttribute('aria-rowcount')).toBe('11');
    await page.getByRole('button', { name: 'Remove Work e-mail has a value' }).click();
    await expect.poll(() => JSON.parse(new URL(page.url()).searchParams.get('filter') ?? 'null')).toEqual(filter.and[0]);
    await page.context().close();
  });

  it('weighs little on the first visit', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    const scripts = new Set<string>();
    page.on('requestfinished', (request) => request.resourceType() === 'script' && scripts.add(request.url()));
    await page.goto(`${server.url}/console/`);
    await page.locator('input[name=email]').fill(server.firstRun.adminEmail);
    await page.locator('input[name=password]').fill(server.firstRun.adminPassword);
    await page.locator('form button').click();
    await rows(page).first().waitFor();
    await page.waitForLoadState('networkidle');
    const texts = await Promise.all([...scripts].map(async (url) => (await fetch(url)).text()));
    const bytes = texts.reduce((sum, text) => sum + gzipSync(text, { level: 9 }).length, 0);
    expect(bytes).toBeGreaterThan(100 * KB);
    console.log(`first screen: ${Math.round(bytes / KB)} kB of JavaScript, gzipped`);
    expect(bytes).toBeLessThan(JAVASCRIPT_MAX);
    await context.close();
  });
});

it('is dark where the system is', async () => {
  const { page } = await openConsole(server, browser, '/console/contacts', { scheme: 'dark' });
  expect(await page.evaluate('document.documentElement.dataset.mantineColorScheme')).toBe('dark');
  await page.context().close();
});

it('speaks German', async () => {
  const { page } = await openConsole(server, browser, '/console/contacts', { locale: 'de-DE' });
  await page.getByRole('heading', { name: 'Kontakte' }).waitFor();
  await page.context().close();
});

it('says why it lets nobody in where the organization has switched it off, and goes round in no circle', async () => {
  const [{ id, name }] = (await server.request('GET', '/api/v2/oauth/clients')).body.entities.filter((client: Json) => client.name === 'Liaison Console');
  const put = (state: string) => server.request('PUT', `/api/v2/oauth/clients/${id}`, { body: { name, authorizedGrantType: 'PKCE', state } });
  expect((await put('disabled')).status).toBe(200);
  const { page } = await openConsole(server, browser, '/console/');
  await page.getByRole('heading', { name: 'You were not signed in' }).waitFor();
  await page.getByText('the client is not active').waitFor();
  await expectAccessible(page);
  expect((await put('active')).status).toBe(200);
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByRole('heading', { name: 'Contacts' }).waitFor();
  await page.context().close();
});
