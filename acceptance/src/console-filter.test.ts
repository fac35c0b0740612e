// The filter of a table, built on screen: by the mouse and by keys alone, condition after condition, in the reader's own days.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeMany } from './bulk-calls.ts';
import { launchChromium } from './chromium.ts';
import { expectAccessible, openConsole } from './console-browser.ts';
import { type Server, startServer } from './server.ts';

let server: Server;
let browser: Browser;
beforeAll(async () => {
  [server, browser] = await Promise.all([startServer({ LIAISON_RATE_LIMIT: '0' }), launchChromium()]);
  const people = [
    ['Ada', 'Countess'],
    ['Augusta', 'Countess'],
    ['Charles', 'Countess'],
    ['Ada', 'Captain'],
  ];
  await makeMany(
    server,
    'contacts',
    people.map(([firstName, title]) => ({ firstName, lastName: 'Filtered', title })),
  );
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

const NESTED = {
  and: [
    { field: 'title', eq: 'Countess' },
    {
      or: [
        { field: 'firstName', eq: 'Ada' },
        { field: 'firstName', prefix: 'Aug' },
      ],
    },
  ],
};
const inForce = (page: Page) => JSON.parse(new URL(page.url()).searchParams.get('filter') ?? 'null');
const rowCount = (page: Page) => page.getByRole('grid').getAttribute('aria-rowcount');
const partsOf = (page: Page) => {
  const panel = page.getByRole('dialog');
  return {
    panel,
    condition: panel.getByRole('button', { name: 'Condition', exact: true }),
    group: panel.getByRole('button', { name: 'Group', exact: true }),
    field: panel.getByRole('combobox', { name: 'Field' }),
    operator: panel.getByRole('combobox', { name: 'Comparison' }),
    value: panel.getByRole('textbox', { name: 'Value' }),
  };
};

it('is built by the mouse, one group in another, and what is unfinished asks for nothing and stays', async () => {
  const { page, faults } = await openConsole(server, browser, '/console/contacts');
  await page.getByRole('button', { name: 'Filter', exact: true }).click();
  const { panel, condition, group, field, operator, value } = partsOf(page);
  const pick = async (list: typeof field, name: string) => {
    await list.click();
    await page.getByRole('option', { name, exact: true }).click();
  };
  await condition.click();
  expect(inForce(page)).toBeNull();
  await pick(field, 'Title');
  await value.fill('Countess');
  await expect.poll(() => inForce(page)).toEqual({ field: 'title', eq: 'Countess' });
  await group.click();
  await pick(field.nth(1), 'First name');
  await value.nth(1).fill('Ada');
  await condition.first().click();
  await pick(field.nth(2), 'First name');
  await pick(operator.nth(2), 'begins with');
  await value.nth(2).fill('Aug');
  await expect.poll(() => inForce(page)).toEqual(NESTED);
  await expect.poll(() => rowCount(page)).toBe('3');
  await expectAccessible(page);
  // Emptied, a condition is still there to be filled again.
  await value.nth(0).fill('');
  await expect.poll(() => inForce(page)).toEqual(NESTED.and[1]);
  await value.nth(0).fill('Captain');
  await expect.poll(() => rowCount(page)).toBe('2');
  // How they are joined is kept, however few there are.
  await panel.getByRole('button', { name: 'Clear' }).click();
  await panel.getByText('Any of these').click();
  await condition.click();
  await pick(field, 'Title');
  await value.fill('Captain');
  await condition.click();
  await pick(field.nth(1), 'First name');
  await value.nth(1).fill('Charles');
  await expect.poll(() => inForce(page)).toHaveProperty('or');
  await expect.poll(() => rowCount(page)).toBe('3');
  // What is changed elsewhere is changed here as well.
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Remove First name is Charles' }).click();
  await page.getByRole('button', { name: 'Filter', exact: true }).click();
  await expect.poll(() => value.count()).toBe(1);
  expect(faults).toEqual([]);
  await page.context().close();
});

it('is built by keys alone', async () => {
  const { page, keys } = await openConsole(server, browser, '/console/contacts');
  const { panel, condition, group, field, operator, value } = partsOf(page);
  await keys.push(page.getByRole('button', { name: 'Filter', exact: true }));
  await keys.push(condition);
  await keys.choose(field, 'Title');
  await keys.write(value, 'Countess');
  await keys.push(group);
  await keys.choose(field.nth(1), 'First name');
  await keys.write(value.nth(1), 'Ada');
  await keys.push(condition.first());
  await keys.choose(field.nth(2), 'First name');
  await keys.choose(operator.nth(2), 'begins with');
  await keys.write(value.nth(2), 'Aug');
  await expect.poll(() => inForce(page)).toEqual(NESTED);
  await keys.press('Escape');
  await panel.waitFor({ state: 'hidden' });
  await expect.poll(() => rowCount(page)).toBe('3');
  await page.context().close();
});

it('has the reader’s own days, east of Greenwich too', async () => {
  const { page } = await openConsole(server, browser, '/console/contacts', { timezone: 'Europe/Berlin' });
  await page.getByRole('button', { name: 'Filter', exact: true }).click();
  const { panel, condition, field } = partsOf(page);
  await condition.click();
  await field.click();
  await page.getByRole('option', { name: 'Created', exact: true }).click();
  const day = panel.getByLabel('Value');
  await day.fill('2026-06-22');
  await expect.poll(() => inForce(page)).toEqual({ field: 'createDate', gte: '2026-06-21T22:00:00.000Z' });
  expect(await day.inputValue()).toBe('2026-06-22');
  await page.getByText('Created is at least Jun 22, 2026', { exact: true }).waitFor();
  await page.context().close();
});

it('has room on a narrow screen', async () => {
  const filter = encodeURIComponent(JSON.stringify({ or: [NESTED, { field: 'lastName', eq: 'Filtered' }] }));
  const { page } = await openConsole(server, browser, `/console/contacts?filter=${filter}`, { width: 420, locale: 'de-DE' });
  await page.getByRole('button', { name: 'Filter', exact: true }).click();
  const panel = page.getByRole('dialog');
  await panel.getByRole('textbox').first().waitFor();
  const parts = await panel.locator('input, button').all();
  expect(parts.length).toBeGreaterThan(15);
  for (const part of parts) {
    const { x, width } = (await part.boundingBox()) ?? { x: 0, width: 0 };
    expect(x).toBeGreaterThanOrEqual(0);
    expect(x + width).toBeLessThanOrEqual(420);
  }
  expect(await page.locator('main').evaluate((main) => main.scrollWidth - main.clientWidth)).toBe(0);
  await page.context().close();
});
