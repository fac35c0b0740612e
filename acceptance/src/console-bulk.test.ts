// Bulk changes in the console: a selection that stays, a number before the yes, a job that is followed and taken back.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeMany, search } from './bulk-calls.ts';
import { launchChromium } from './chromium.ts';
import { expectAccessible, openConsole } from './console-browser.ts';
import { type Server, startServer } from './server.ts';

let server: Server;
let browser: Browser;
beforeAll(async () => {
  [server, browser] = await Promise.all([startServer({ LIAISON_RATE_LIMIT: '0' }), launchChromium()]);
  await makeMany(
    server,
    'contacts',
    Array.from({ length: 250 }, (_, i) => ({ firstName: 'Bulk', lastName: `Person ${String(i).padStart(3, '0')}`, title: i < 240 ? 'Tester' : 'Leaver' })),
  );
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

const rows = (page: Page) => page.getByRole('grid').locator('[role=row][aria-rowindex]:not([aria-rowindex="1"])');
const bar = (page: Page) => page.getByRole('toolbar', { name: 'What to do with the selection' });
const titled = (title: string) => search(server, { field: 'title', eq: title });
const filtered = (title: string) => `/console/contacts?filter=${encodeURIComponent(JSON.stringify({ field: 'title', eq: title }))}`;

it('edits all that match after it has counted them, and takes it back', async () => {
  const { page, faults } = await openConsole(server, browser, filtered('Tester'));
  await rows(page).first().waitFor();
  await page.getByRole('columnheader').getByRole('checkbox').check();
  await page.getByRole('button', { name: /Select all .*that match/ }).click();
  await bar(page).getByRole('button', { name: 'Edit' }).click();
  const dialog = page.getByRole('dialog', { name: 'Edit what is selected' });
  await dialog.getByRole('combobox', { name: 'Field' }).fill('Salut');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await dialog.getByRole('textbox', { name: 'Value' }).fill('Dr');
  await expectAccessible(page);
  await page.keyboard.press('Enter');
  await dialog.getByText('240 records will be edited.').waitFor();
  expect((await titled('Tester')).filter(({ salutation }) => salutation)).toEqual([]);
  await dialog.getByRole('button', { name: 'Edit 240 records' }).click();
  await dialog.getByText('Completed', { exact: true }).waitFor();
  expect((await titled('Tester')).filter(({ salutation }) => salutation === 'Dr')).toHaveLength(240);
  await dialog.getByRole('button', { name: 'Undo' }).click();
  await dialog.getByText('240 as they were').waitFor();
  expect((await titled('Tester')).filter(({ salutation }) => salutation)).toEqual([]);
  await expectAccessible(page);
  await dialog.getByRole('link', { name: 'All bulk changes' }).click();
  await rows(page).getByText('Edit · Salutation: “Dr”').waitFor();
  expect(faults).toEqual([]);
  await page.context().close();
});

it('keeps what is selected through reading on and a reload, and deletes that', async () => {
  const { page, faults } = await openConsole(server, browser, '/console/contacts?q=bulk');
  await rows(page).first().waitFor();
  const grid = page.getByRole('grid');
  await grid.focus();
  await page.keyboard.press('Space');
  await page.keyboard.press('Control+End');
  await expect.poll(() => grid.getAttribute('aria-activedescendant')).toMatch(/99/);
  await page.keyboard.press('Space');
  await page.getByText('2 selected').waitFor();
  await page.reload();
  await page.getByText('2 selected').waitFor();
  await bar(page).getByRole('button', { name: 'Delete' }).click();
  const dialog = page.getByRole('dialog', { name: 'Delete what is selected' });
  await dialog.getByRole('button', { name: 'Delete 2 records' }).click();
  await dialog.getByText('Completed', { exact: true }).waitFor();
  await dialog.getByRole('button', { name: 'Close' }).last().click();
  await expect.poll(() => bar(page).count()).toBe(0);
  expect(await search(server, { field: 'firstName', eq: 'Bulk' })).toHaveLength(248);
  expect(faults).toEqual([]);
  await page.context().close();
});

it('erases all that match only for who types the word, and forgets the job of who does not', async () => {
  const { page } = await openConsole(server, browser, filtered('Leaver'), { scheme: 'dark' });
  await rows(page).first().waitFor();
  await page.getByRole('columnheader').getByRole('checkbox').check();
  await page.getByRole('button', { name: /Select all .*that match/ }).click();
  await expectAccessible(page);
  const ask = async () => {
    await bar(page).getByRole('button', { name: 'Erase' }).click();
    const dialog = page.getByRole('dialog', { name: 'Erase the selected people' });
    await dialog.getByRole('textbox', { name: 'Reason' }).fill('case 9');
    await dialog.getByRole('button', { name: 'Count the records' }).click();
    await dialog.getByText(/people will be erased/).waitFor();
    return dialog;
  };
  const first = await ask();
  await expectAccessible(page);
  await first.getByRole('button', { name: 'Cancel' }).click();
  await first.waitFor({ state: 'hidden' });
  const last = async () => (await server.request('GET', '/liaison/v1/bulk-jobs?limit=1')).body.entities[0];
  await expect.poll(last).toMatchObject({ act: 'erase', status: 'Cancelled' });
  const second = await ask();
  const go = second.getByRole('button', { name: /^Erase \d+ people/ });
  expect(await go.isDisabled()).toBe(true);
  await second.getByRole('textbox', { name: /to go on/ }).fill('all of them');
  await go.click();
  await second.getByText('Completed', { exact: true }).waitFor();
  expect(await titled('Leaver')).toEqual([]);
  await page.context().close();
});
