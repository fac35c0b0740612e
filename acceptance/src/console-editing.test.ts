// What somebody has typed, and what others have saved meanwhile, is not lost: in forms, in cells, behind dialogs, on the way
// elsewhere and without a connection.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeRole, makeUser, must } from './access-callers.ts';
import { launchChromium } from './chromium.ts';
import { type ConsoleOptions, expectAccessible, openConsole } from './console-browser.ts';
import { E, make } from './directory.ts';
import { type Json, type Server, startServer } from './server.ts';

let server: Server;
let browser: Browser;
beforeAll(async () => {
  [server, browser] = await Promise.all([startServer({ LIAISON_RATE_LIMIT: '0' }), launchChromium()]);
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

/** Less patience than usual: nothing here takes long. */
const open = async (path: string, options?: ConsoleOptions) => {
  const opened = await openConsole(server, browser, path, options);
  opened.page.setDefaultTimeout(8_000);
  return opened;
};
const person = (lastName: string, more: object = {}) => make(server, '/contacts', { firstName: 'Edith', lastName, ...more });
const stored = (id: string): Promise<Json> => must(server, 'GET', `${E}/contacts/${id}`);
const change = async (id: string, more: object) => must(server, 'PUT', `${E}/contacts/${id}`, { ...(await stored(id)), ...more });
const field = (page: Page, name: string) => page.getByRole('textbox', { name, exact: true });
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const question = (page: Page) => page.getByRole('dialog', { name: 'What you have typed is not saved' });

it('saves what was changed in a form over what it was read with, and nothing that somebody else has saved since', async () => {
  const { id } = await person('Form', { title: 'Clerk', workEmail: 'form@example.com' });
  const { page, faults } = await open(`/console/contacts/${id}`);
  await button(page, 'Edit').click();
  await field(page, 'First name').fill('Edna');
  await field(page, 'Work e-mail').fill('mine@example.com');
  await change(id, { title: 'Director', workEmail: 'theirs@example.com' });
  // Looked at again after a while, the page reads anew what it shows.
  await page.clock.setSystemTime(Date.now() + 60_000);
  const again = page.waitForResponse((answer) => answer.url().includes(`/contacts/${id}`) && answer.request().method() === 'GET');
  await page.evaluate('window.dispatchEvent(new Event("visibilitychange"))');
  await again;
  await button(page, 'Save').click();
  const told = page.getByRole('alert').filter({ hasText: 'Somebody else has saved' });
  await told.getByText('Work e-mail: yours “mine@example.com”, theirs “theirs@example.com”').waitFor();
  expect(await told.textContent()).not.toContain('Director');
  expect(await stored(id)).toMatchObject({ firstName: 'Edith', title: 'Director' });
  await expectAccessible(page);
  await button(page, 'Save mine').click();
  await expect.poll(() => stored(id)).toMatchObject({ firstName: 'Edna', title: 'Director', workEmail: 'mine@example.com' });
  expect(faults).toEqual([]);
  await page.context().close();
});

it('saves a cell over the value that it showed, and no other', async () => {
  const { id } = await person('Cell', { title: 'Clerk' });
  const { page } = await open('/console/contacts?q=cell');
  await page.getByRole('gridcell', { name: 'Clerk' }).click();
  await page.getByRole('grid').focus();
  await change(id, { title: 'Director' });
  await page.keyboard.press('F2');
  await field(page, 'Title').fill('Assistant');
  await page.keyboard.press('Enter');
  await page.getByText('Somebody else has written “Director” here').waitFor();
  expect(await stored(id)).toMatchObject({ title: 'Director' });
  // Whoever has seen it, may.
  await page.keyboard.press('Enter');
  await expect.poll(() => stored(id)).toMatchObject({ title: 'Assistant' });
  await page.context().close();
});

it('does nothing behind an open dialog by a key', async () => {
  const twin = { firstName: 'Edith', lastName: 'Featherstonehaugh', address: { address1: '12 St James Square', city: 'London', postalCode: 'SW1Y 4JH' } };
  for (const title of ['Clerk', 'Director']) await make(server, '/contacts', { ...twin, title, workEmail: 'twin@example.com' });
  const pairs = async () => (await must(server, 'GET', '/liaison/v1/duplicates')).entities;
  await expect.poll(pairs, { timeout: 30_000 }).toHaveLength(1);
  const { page, keys } = await open('/console/duplicates');
  await page.getByRole('navigation', { name: 'Pairs' }).getByRole('button').waitFor();
  await keys.press('Shift+?');
  await page.getByRole('dialog', { name: 'Keyboard' }).waitFor();
  const sent: string[] = [];
  page.on('request', (request) => sent.push(`${request.method()} ${new URL(request.url()).pathname}`));
  await keys.press('x', 'g', 'a', 'Escape');
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  expect(new URL(page.url()).pathname).toBe('/console/duplicates');
  expect(sent.filter((one) => one.includes('dismiss'))).toEqual([]);
  await keys.press('x');
  await expect.poll(pairs).toEqual([]);
  await page.context().close();
});

it('keeps the page, and what was typed there, where a part of it cannot be loaded', async () => {
  const { id } = await person('Offline');
  const { page, keys } = await open(`/console/contacts/${id}`);
  await button(page, 'Edit').click();
  await field(page, 'First name').fill('Edna');
  await page.context().setOffline(true);
  await keys.press('Control+k');
  const notice = page.getByRole('alert').filter({ hasText: 'could not be loaded' });
  await notice.waitFor();
  await expectAccessible(page);
  await notice.getByRole('button', { name: 'Close' }).click();
  await button(page, 'API calls').click();
  await notice.waitFor();
  await notice.getByRole('button', { name: 'Close' }).click();
  const account = page.getByRole('button', { name: /account of/ });
  await account.click();
  await notice.getByRole('button', { name: 'Close' }).click();
  await account.click();
  await notice.waitFor();
  await page.context().setOffline(false);
  await button(page, 'Save').click();
  await expect.poll(() => stored(id)).toMatchObject({ firstName: 'Edna' });
  await page.context().close();
});

it('asks by its name before it deletes a record, which is gone then, wherever one comes back to it', async () => {
  const { id } = await person('Gone');
  const { page } = await open('/console/contacts?q=gone');
  await page.getByRole('link', { name: 'Edith Gone' }).click();
  await button(page, 'Delete').click();
  const asked = page.getByRole('dialog', { name: 'Delete “Edith Gone”?' });
  await asked.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('heading', { name: 'Contacts' }).waitFor();
  await page.goBack();
  await page.getByRole('heading', { name: 'Nothing here' }).waitFor();
  expect(await button(page, 'Edit').count()).toBe(0);
  expect(new URL(page.url()).pathname).toBe(`/console/contacts/${id}`);
  await page.context().close();
});

it('shows no record that somebody else has deleted', async () => {
  const { id } = await person('Taken');
  const { page } = await open(`/console/contacts/${id}`);
  await button(page, 'Edit').waitFor();
  await must(server, 'DELETE', `${E}/contacts/${id}`);
  await page.clock.setSystemTime(Date.now() + 60_000);
  await page.evaluate('window.dispatchEvent(new Event("visibilitychange"))');
  await page.getByRole('heading', { name: 'Nothing here' }).waitFor();
  await page.context().close();
});

it('takes a name for typed as it is shown, however many spaces are in it', async () => {
  const { id } = await make(server, '/contacts', { firstName: 'Anna  Bella', lastName: 'Double' });
  const { page } = await open(`/console/privacy?person=${id}`);
  await page.getByRole('textbox', { name: 'Reason' }).fill('asked for');
  await button(page, 'Erase this person').click();
  await page.getByRole('dialog').getByRole('textbox').fill('Anna Bella Double');
  await expect.poll(() => page.getByRole('dialog').getByRole('button').last().isEnabled()).toBe(true);
  await page.context().close();
});

it('asks before what was typed is lost: by closing what it stands in, and by going elsewhere', async () => {
  const { id } = await person('Panel');
  const { page, keys, faults } = await open('/console/contacts?q=panel');
  await page.getByRole('gridcell', { name: 'Edith Panel' }).dblclick();
  const panel = page.getByRole('dialog', { name: 'Edith Panel' });
  await panel.getByRole('button', { name: 'Edit', exact: true }).click();
  // Nothing was typed yet.
  await keys.press('Escape');
  await panel.waitFor({ state: 'hidden' });
  await page.getByRole('gridcell', { name: 'Edith Panel' }).dblclick();
  await panel.getByRole('button', { name: 'Edit', exact: true }).click();
  await field(page, 'First name').fill('Edna');
  await keys.press('Escape');
  await question(page).waitFor();
  await expectAccessible(page);
  await keys.press('Escape');
  await question(page).waitFor({ state: 'hidden' });
  expect(await field(page, 'First name').inputValue()).toBe('Edna');
  await keys.press('Escape');
  await question(page).getByRole('button', { name: 'Discard' }).click();
  await panel.waitFor({ state: 'hidden' });

  await page.goto(`${server.url}/console/contacts/${id}`);
  await button(page, 'Edit').click();
  await field(page, 'First name').fill('Edna');
  await page.getByRole('tab', { name: 'Notes' }).click();
  await page.getByRole('tab', { name: 'Fields' }).click();
  await page.getByRole('link', { name: 'Organizations' }).click();
  await question(page).getByRole('button', { name: 'Cancel' }).click();
  expect(await field(page, 'First name').inputValue()).toBe('Edna');
  await button(page, 'Save').click();
  await button(page, 'Edit').waitFor();
  await page.getByRole('link', { name: 'Organizations' }).click();
  await page.getByRole('heading', { name: 'Organizations', exact: true }).waitFor();

  await page.goto(`${server.url}/console/contacts`);
  await button(page, 'New contact').first().click();
  await field(page, 'First name').fill('Edna');
  await keys.press('Escape');
  await question(page).getByRole('button', { name: 'Cancel' }).click();
  await field(page, 'Last name').fill('Made');
  await button(page, 'Create the contact').click();
  await page.getByRole('heading', { name: 'Edna Made' }).waitFor();
  expect(faults).toEqual([]);
  await page.context().close();
});

it('asks before it leaves what was typed for the sign-in page', async () => {
  const { id } = await person('Revoked');
  const { page } = await open(`/console/contacts/${id}`);
  await button(page, 'Edit').click();
  await field(page, 'First name').fill('Edna');
  await page.evaluate(
    `fetch('/api/v2/tokens/me', { method: 'DELETE', headers: { Authorization: 'Bearer ' + JSON.parse(sessionStorage['liaison.tokens']).access } })`,
  );
  await button(page, 'Save').click();
  await question(page).getByRole('button', { name: 'Cancel' }).click();
  expect(await field(page, 'First name').inputValue()).toBe('Edna');
  await page.getByRole('alert').waitFor();
  await button(page, 'Save').click();
  await question(page).getByRole('button', { name: 'Discard' }).click();
  // Signed in anew, and back.
  await button(page, 'Edit').waitFor();
  await button(page, 'Edit').click();
  expect(await field(page, 'First name').inputValue()).toBe('Edith');
  await page.context().close();
});

it('goes back from what is opened at the side to the table that it was opened from', async () => {
  await person('Back');
  const { page } = await open('/console/organizations');
  await page.getByRole('link', { name: 'Contacts' }).click();
  await page.getByRole('gridcell', { name: 'Edith Back' }).dblclick();
  const panel = page.getByRole('dialog', { name: 'Edith Back' });
  await panel.waitFor();
  await page.goBack();
  await panel.waitFor({ state: 'hidden' });
  await page.getByRole('gridcell', { name: 'Edith Back' }).dblclick();
  await panel.waitFor();
  await page.keyboard.press('Escape');
  await panel.waitFor({ state: 'hidden' });
  expect(new URL(page.url()).pathname).toBe('/console/contacts');
  // Closed is closed: one step back is the screen before.
  await page.goBack();
  await page.getByRole('heading', { name: 'Organizations', exact: true }).waitFor();
  await page.context().close();
});

it('shows whoever may not see a screen that they may not, and nothing of it', async () => {
  const { id: roleId } = await makeRole(server, 'externalContacts:contact:view', 'externalContacts:importJob:viewAll');
  const { id, email } = await makeUser(server, { password: 'correct horse' });
  await must(server, 'POST', `/api/v2/authorization/subjects/${id}/bulkadd`, { grants: [{ roleId, divisionId: '*' }] });
  const { page } = await open('/console/contacts', { email, password: 'correct horse' });
  for (const path of ['/imports/new', '/privacy', '/audit', '/health', '/samples']) {
    await page.goto(`${server.url}/console${path}`);
    await page.getByRole('heading', { name: 'You may not see this' }).waitFor();
    expect(await page.getByRole('main').locator('input, button').count()).toBe(0);
    await expectAccessible(page, []);
  }
  await page.goto(`${server.url}/console/imports`);
  await page.getByRole('heading', { name: 'Imports' }).waitFor();
  await page.context().close();
});

it('has room for what is at the head of a table on a narrow screen', async () => {
  const { page } = await open('/console/organizations', { width: 420, locale: 'de-DE' });
  await page.getByRole('button', { name: 'Neue Organisation' }).first().waitFor();
  expect(await page.locator('main').evaluate((main) => main.scrollWidth - main.clientWidth)).toBe(0);
  await page.context().close();
});

it('says once what is wrong, at the field', async () => {
  const { page, keys } = await open('/console/contacts');
  await page.getByRole('grid').waitFor();
  await keys.press('n');
  await field(page, 'Last name').fill('Refused');
  await field(page, 'Work e-mail').fill('nobody@');
  await keys.press('Enter');
  await expect.poll(() => page.getByRole('alert').allInnerTexts()).toEqual(['Not saved: see the fields below']);
  expect(await field(page, 'Work e-mail').getAttribute('aria-invalid')).toBe('true');
  await expectAccessible(page);
  await page.context().close();
});

it('keeps how high the rows of a table are', async () => {
  await person('Height');
  const { page } = await open('/console/contacts');
  const row = page.getByRole('row').nth(1);
  const height = async () => (await row.boundingBox())?.height;
  expect(await height()).toBe(40);
  await page.getByRole('button', { name: 'Column Name' }).click();
  const low = page.getByRole('menuitemcheckbox', { name: 'Low rows' });
  await low.waitFor();
  await expectAccessible(page);
  await low.click();
  await expect.poll(height).toBe(32);
  await page.reload();
  await row.waitFor();
  expect(await height()).toBe(32);
  await page.context().close();
});

/** Contrast of an edge with what it stands on (WCAG 2, 1.4.11). */
const EDGES = `(() => {
  const light = (color) => {
    const [r, g, b] = color.match(/[\\d.]+/g).map((part) => Number(part) / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  return [...document.querySelectorAll('.mantine-Input-input, .mantine-Checkbox-input')].map((one) => {
    const { borderTopColor, backgroundColor } = getComputedStyle(one);
    const [low, high] = [light(borderTopColor), light(backgroundColor)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  });
})()`;

it.each(['light', 'dark'] as const)('shows where one can type and tick, %s', async (scheme) => {
  await person('Edge');
  const { page } = await open('/console/contacts', { scheme });
  await page.getByRole('row').nth(1).waitFor();
  const edges = await page.evaluate<number[]>(EDGES);
  expect(edges.length).toBeGreaterThan(2);
  expect(Math.min(...edges)).toBeGreaterThanOrEqual(3);
  await page.context().close();
});

it('finds by Ctrl K what was looked at last, where people work, and what can be done', async () => {
  const { id } = await make(server, '/organizations', { name: 'Analytical Engines' });
  const { id: contactId } = await person('Searched', { externalOrganization: { id } });
  const { page, keys, faults } = await open(`/console/contacts/${contactId}`);
  await button(page, 'Edit').waitFor();
  const search = page.getByRole('dialog').getByRole('textbox', { name: 'Search' });
  await keys.press('Control+k');
  await search.waitFor();
  await page.getByRole('button', { name: 'Edith Searched' }).waitFor();
  await expectAccessible(page);
  await search.fill('searched');
  await page.getByRole('button', { name: /Edith Searched.*Analytical Engines/ }).waitFor();
  await search.fill('dark');
  await page.getByRole('button', { name: 'Dark theme' }).waitFor();
  await keys.press('ArrowDown', 'Enter');
  await expect.poll(() => page.evaluate('document.documentElement.dataset.mantineColorScheme')).toBe('dark');
  await keys.press('Control+k');
  await search.fill('new cont');
  await page.getByRole('button', { name: 'New contact' }).last().waitFor();
  await keys.press('ArrowDown', 'Enter');
  const first = field(page, 'First name');
  await first.waitFor();
  await keys.write(first, 'Ctrl');
  await button(page, 'Create the contact').click();
  await page.getByRole('heading', { name: 'Ctrl' }).waitFor();
  expect(faults).toEqual([]);
  await page.context().close();
});
