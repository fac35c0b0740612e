// Bringing people into the directory and taking them out of it, in the console: a file with mistakes is checked, imported,
// mended, imported again and taken back; records are exported; a person is shown what is held, and forgotten.
import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchChromium } from './chromium.ts';
import { expectAccessible, openConsole } from './console-browser.ts';
import { E } from './directory.ts';
import { csvOf } from './importing.ts';
import { type Server, startServer } from './server.ts';

let server: Server;
let browser: Browser;
let page: Page;
let faults: string[];
beforeAll(async () => {
  [server, browser] = await Promise.all([startServer({ LIAISON_RATE_LIMIT: '0' }), launchChromium()]);
  ({ page, faults } = await openConsole(server, browser, '/console/imports'));
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

const ROWS = 10_000;
/** Every hundredth has no last name, and every hundredth no e-mail address but something else. */
const MISTAKES = ROWS / 50;
const HEADER = ['Kundennummer', 'Vorname', 'Nachname', 'E-Mail', 'Schuhgröße'];
const PEOPLE = csvOf(
  HEADER,
  Array.from({ length: ROWS }, (_, i) => [
    `${i}`,
    'Person',
    i % 100 === 7 ? '' : `Number${i}`,
    i % 100 === 8 ? 'not an address' : `person-${i}@example.com`,
    `${36 + (i % 10)}`,
  ]),
);

/** A label that is still fading in has too little contrast, and nobody minds. */
const SETTLED = `Promise.allSettled(document.getAnimations()
  .filter(({ effect, playState }) => playState === 'running' && effect.getComputedTiming().iterations !== Infinity)
  .map(({ finished }) => finished)).then(() => true)`;

async function expectAccessibleInBothThemes(): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.evaluate(SETTLED);
    await expectAccessible(page);
  }
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
}

const button = (name: string | RegExp) => page.getByRole('button', { name, exact: true });
/** A number on screen, by what stands over it. */
const fact = (label: string) => page.locator(`dt:text-is("${label}") + dd`);
const contacts = async () => (await server.request('GET', `${E}/contacts`)).body.total;

async function downloaded(name: string | RegExp): Promise<string> {
  const [download] = await Promise.all([page.waitForEvent('download'), button(name).first().click()]);
  const text = readFileSync(await download.path(), 'utf8');
  await page.locator('[data-loading]').waitFor({ state: 'detached' });
  return text;
}

/** As when somebody drops a file from the desktop. */
async function drop(area: string, name: string, text: string): Promise<void> {
  const dataTransfer = await page.evaluateHandle(`(() => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([${JSON.stringify(text)}], ${JSON.stringify(name)}, { type: 'text/csv' }));
    return transfer;
  })()`);
  await page.getByRole('region', { name: area }).dispatchEvent('drop', { dataTransfer });
}

it('imports 10,000 rows with mistakes, mends them, imports the rest, and takes the import back', async () => {
  await page.keyboard.press('n');
  await drop('Drop a CSV file here', 'people.csv', PEOPLE);
  await button('Go on to the columns').waitFor();
  expect(await fact('Rows').textContent()).toBe('10,000');
  await expectAccessibleInBothThemes();
  await button('Go on to the columns').click();
  const fieldOf = (column: string) => page.getByRole('combobox', { name: `Field of the column ${column}` });
  // Known by their names in either language; what is not known is left out until somebody says what it is.
  expect(await fieldOf('Kundennummer').inputValue()).toBe('External id');
  expect(await fieldOf('E-Mail').inputValue()).toBe('Work e-mail');
  expect(await fieldOf('Schuhgröße').inputValue()).toBe('');
  await fieldOf('Schuhgröße').fill('Title');
  await page.getByRole('option', { name: 'Title', exact: true }).click();
  await page.reload();
  await expect.poll(() => fieldOf('Schuhgröße').inputValue()).toBe('Title');
  await expectAccessibleInBothThemes();
  await button('Go on to the rules').click();
  await page.getByRole('combobox', { name: 'The external ids come from' }).fill('CRM');
  await page.getByRole('checkbox', { name: 'Phone number' }).check();
  await page.getByRole('checkbox', { name: 'E-mail address' }).check();
  await button('E-mail address: try earlier').click();
  await expectAccessibleInBothThemes();
  await button('Check all rows').click();

  await button(`Import ${(ROWS - MISTAKES).toLocaleString('en-US')} rows`).waitFor();
  expect(await fact('Refused').textContent()).toBe(`${MISTAKES}`);
  expect(await contacts()).toBe(0);
  await page.reload();
  const errors = page.getByRole('table', { name: 'First refused cells' });
  await errors.getByRole('row').nth(1).waitFor();
  expect(await errors.getByRole('row').nth(1).getByRole('cell').allTextContents()).toEqual(['9', 'Nachname', 'empty', 'is required.']);
  expect(await errors.getByRole('row').nth(2).getByRole('cell').nth(2).textContent()).toBe('not an address');
  await expectAccessibleInBothThemes();
  await button(/^Import [\d,]+ rows$/).click();

  await button('Undo the import').waitFor();
  expect(await fact('Created').textContent()).toBe('9,800');
  expect(await fact('Refused').textContent()).toBe(`${MISTAKES}`);
  expect(await contacts()).toBe(ROWS - MISTAKES);
  const first = page.url();
  const [header = '', ...refused] = (await downloaded('Download the refused rows')).trimEnd().split('\r\n');
  expect(header).toBe(`line,reasons,${HEADER.join(',')}`);
  expect(refused).toHaveLength(MISTAKES);
  const mended = refused.map((row) =>
    row.replace(/,Person,,/, ',Person,Mended,').replace(/,(\d+),Person,(\w+),not an address,/, ',$1,Person,$2,mended-$1@example.com,'),
  );
  // The settings are those of the first import, so that nothing is asked again.
  await drop('Drop the mended file here', 'mended.csv', [header, ...mended].join('\r\n'));
  await button(`Import ${MISTAKES} rows`).click();
  await button('Undo the import').waitFor();
  expect(await fact('Refused').textContent()).toBe('0');
  expect(await fact('Created').textContent()).toBe(`${MISTAKES}`);
  expect(await contacts()).toBe(ROWS);

  await page.goto(first);
  await button('Undo the import').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Undo', exact: true }).click();
  await page.getByText('The import is undone').waitFor();
  expect(await fact('Deleted').textContent()).toBe('9,800');
  expect(await fact('Left as they are').textContent()).toBe('0');
  expect(await contacts()).toBe(MISTAKES);
  await expectAccessibleInBothThemes();
  await page.getByRole('link', { name: 'All imports' }).click();
  await page.getByRole('link', { name: 'mended.csv' }).waitFor();
  await expectAccessibleInBothThemes();
  expect(faults).toEqual([]);
}, 180_000);

it('exports what a filter of the table leaves', async () => {
  const filter = { field: 'lastName', eq: 'Mended' };
  await page.goto(`${server.url}/console/contacts?${new URLSearchParams({ filter: JSON.stringify(filter) })}`);
  await page.getByRole('link', { name: 'Export', exact: true }).click();
  await page.getByRole('button', { name: /Remove.*Mended/ }).waitFor();
  await button('Start the export').click();
  const csv = await downloaded(/^Download Contacts/);
  expect(csv.trimEnd().split('\r\n')).toHaveLength(100 + 1);
  await expectAccessibleInBothThemes();
  expect(faults).toEqual([]);
});

it('shows what is held on a person, and erases the person', async () => {
  const { body } = await server.request('GET', `${E}/contacts?q=number8`);
  const [{ id }] = body.entities;
  await page.goto(`${server.url}/console/privacy`);
  await page.getByRole('textbox', { name: 'Words' }).fill('mended-8@example.com');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: /mended-8@example\.com/ }).click();
  await button('Collect everything').click();
  await button('Download the archive').waitFor();
  expect(await downloaded('Download the archive')).toContain('mended-8@example.com');
  await expectAccessibleInBothThemes();
  await page.getByRole('textbox', { name: 'Reason' }).fill('case 4711');
  await button('Erase this person').click();
  const dialog = page.getByRole('dialog');
  const erase = dialog.getByRole('button', { name: 'Erase', exact: true });
  expect(await erase.isDisabled()).toBe(true);
  const name = (await dialog.getByRole('heading').textContent())?.replace(/^Erase (.*) for good\?$/, '$1') ?? '';
  await dialog.getByRole('textbox').fill(name);
  await expectAccessibleInBothThemes();
  await erase.click();
  const row = page.getByRole('table', { name: 'Erasures' }).getByRole('row', { name: /case 4711/ });
  await row.getByText('Erased', { exact: true }).waitFor();
  expect((await server.request('GET', `${E}/contacts/${id}`)).status).toBe(404);
  expect(page.url()).not.toContain('mended');
  await expectAccessibleInBothThemes();
  expect(faults).toEqual([]);
});
