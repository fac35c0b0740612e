// Merging on screen: what is marked before, what can be written instead, the way back afterwards, and many pairs at once.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { must } from './access-callers.ts';
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

const named = async (words: string): Promise<number> => (await must(server, 'GET', `${E}/contacts?q=${words}`)).total;
const pairs = async (state: string) => (await must(server, 'GET', `/liaison/v1/duplicates?state=${state}`)).entities;
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const row = (page: Page, name: string) => page.getByRole('row', { name: new RegExp(`^${name}`) });

it('marks the values that win, takes others that are written, and undoes the merge later on the contact’s page', async () => {
  const ids = [];
  for (const title of ['Dr', 'Prof']) ids.push((await make(server, '/contacts', { firstName: 'Grace', lastName: 'Hopper', title })).id);
  const { page, faults } = await openConsole(server, browser, `/console/merge?ids=${ids}`);
  await row(page, 'Title').getByRole('radio', { name: 'Prof' }).waitFor();
  await expect.poll(() => row(page, 'Title').getByRole('radio', { name: 'Prof' }).isChecked()).toBe(true);
  await button(page, 'Another value: Title').click();
  await page.getByRole('textbox', { name: 'Another value: Title' }).fill('Admiral');
  await page.keyboard.press('Enter');
  await expect.poll(() => row(page, 'Title').getByRole('cell').last().textContent()).toBe('Admiral');
  expect(await row(page, 'Title').getByRole('radio', { checked: true }).count()).toBe(0);
  await expectAccessible(page);
  await button(page, 'Merge 2').click();
  await page.getByText('has the way back').waitFor();
  await page.getByRole('heading', { name: 'Grace Hopper', level: 1 }).waitFor();
  expect((await must(server, 'GET', `${E}/contacts?q=hopper`)).entities).toMatchObject([{ title: 'Admiral' }]);

  await page.reload();
  await page.getByRole('tab', { name: 'Merged' }).click();
  const made = page.getByRole('region', { name: 'Made of' });
  await expect.poll(() => made.getByRole('link', { name: 'Grace Hopper' }).count()).toBe(2);
  for (const id of ids) expect(await page.getByRole('tabpanel').textContent()).not.toContain(id);
  await button(page, 'Undo the merge').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Undo the merge' }).click();
  await expect.poll(() => named('hopper')).toBe(2);
  await page.getByRole('heading', { name: 'Grace Hopper', level: 1 }).waitFor();
  expect(faults).toEqual([]);
  await page.context().close();
});

it('takes a merged pair apart and suggests it again, whenever; and takes back a dismissal by a key', async () => {
  const twin = { firstName: 'Augusta', lastName: 'Featherstonehaugh', address: { address1: '12 St James Square', city: 'London', postalCode: 'SW1Y 4JH' } };
  for (const title of ['Countess', 'Mathematician']) await make(server, '/contacts', { ...twin, title, workEmail: 'augusta@example.com' });
  await expect.poll(async () => (await pairs('open')).some(({ probability }: { probability: number }) => probability > 0.99), { timeout: 30_000 }).toBe(true);
  const { page, faults } = await openConsole(server, browser, '/console/duplicates');
  const pair = page.getByRole('navigation', { name: 'Pairs' }).getByRole('button', { name: /Featherstonehaugh/ });
  await pair.click();
  await page.getByRole('cell', { name: 'Last name', exact: true }).waitFor();
  expect(await page.locator('main').textContent()).not.toMatch(/lastName|-0\b|bits/);
  await page.getByText(/They are one with a likelihood of/).waitFor();
  await button(page, 'Not the same').click();
  await page.getByText('Press u to undo').waitFor();
  await pair.waitFor({ state: 'detached' });
  await page.keyboard.press('u');
  await pair.click();
  await button(page, 'Merge 2').click();
  await expect.poll(() => named('featherstonehaugh')).toBe(1);

  await page.goto(`${server.url}/console/duplicates?state=accepted`);
  await button(page, 'Undo the merge').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Undo the merge' }).click();
  await page.getByRole('heading', { name: 'Nothing was merged' }).waitFor();
  expect(await named('featherstonehaugh')).toBe(2);
  await page.getByText('Open', { exact: true }).click();
  await pair.waitFor();
  expect(faults).toEqual([]);
  await page.context().close();
});

it('merges all pairs from a likelihood on, after a look at them, and tells which it left', async () => {
  const twins = ['Wollstonecraft', 'Shelleyworth'].flatMap((lastName) =>
    ['a', 'b'].map((title) => ({ firstName: 'Mary', lastName, title, workEmail: `${lastName}@example.com`, address: { city: 'Bath', postalCode: 'BA1 1AA' } })),
  );
  for (const one of twins) await make(server, '/contacts', one);
  const sure = async () => (await must(server, 'GET', '/liaison/v1/duplicates?minProbability=0.99&expand=records')).entities;
  const ofMary = async () => (await sure()).filter(({ records }: { records: { firstName: string }[] }) => records[0]?.firstName === 'Mary').length;
  await expect.poll(ofMary, { timeout: 30_000 }).toBe(2);
  const { page, faults } = await openConsole(server, browser, '/console/duplicates');
  await button(page, 'Merge the surest').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('Mary Wollstonecraft · Mary Wollstonecraft').waitFor();
  await expectAccessible(page);
  const go = dialog.getByRole('button', { name: /^Merge \d+ pairs$/ });
  // How many others there are depends on what has been compared so far.
  const count = Number(/\d+/.exec((await go.textContent()) ?? '')?.[0]);
  expect(await go.isEnabled()).toBe(false);
  // Somebody else decides on one of them meanwhile.
  const [other] = (await sure()).filter(({ records }: { records: { lastName: string }[] }) => records[0]?.lastName === 'Shelleyworth');
  await must(server, 'POST', `/liaison/v1/duplicates/${other.id}/dismiss`);
  await dialog.getByRole('textbox', { name: `Type “${count}”` }).fill(String(count));
  await go.click();
  await dialog.getByText(`Done: ${count - 1} of ${count} merged`).waitFor();
  await dialog.getByRole('link', { name: 'Mary Shelleyworth · Mary Shelleyworth' }).waitFor();
  await expectAccessible(page);
  expect([await named('wollstonecraft'), await named('shelleyworth')]).toEqual([1, 2]);
  expect(faults).toEqual([]);
  await page.context().close();
});
