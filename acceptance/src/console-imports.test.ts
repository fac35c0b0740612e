// Bringing people into the directory and taking them out of it, in the console and by keys alone: a file with mistakes is
// checked, imported, mended, imported again and taken back; records are exported; a person is shown what is held, and
// forgotten.
import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeUser, must, roleNamed } from './access-callers.ts';
import { launchChromium } from './chromium.ts';
import { expectAccessible, openConsole } from './console-browser.ts';
import type { Keys } from './console-keys.ts';
import { E, make } from './directory.ts';
import { csvOf } from './importing.ts';
import { type Server, startServer } from './server.ts';
import { PASSWORD } from './signing-in.ts';

let server: Server;
let browser: Browser;
let page: Page;
let keys: Keys;
let faults: string[];
beforeAll(async () => {
  [server, browser] = await Promise.all([startServer({ LIAISON_RATE_LIMIT: '0' }), launchChromium()]);
  ({ page, keys, faults } = await openConsole(server, browser, '/console/imports'));
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

const button = (name: string | RegExp) => page.getByRole('button', { name, exact: true });
/** A number on screen, by what stands over it. */
const fact = (label: string) => page.locator(`dt:text-is("${label}") + dd`);
const contacts = async () => (await server.request('GET', `${E}/contacts`)).body.total;

async function downloaded(name: string | RegExp): Promise<string> {
  const [download] = await Promise.all([page.waitForEvent('download'), keys.push(button(name).first())]);
  const text = readFileSync(await download.path(), 'utf8');
  await page.locator('[data-loading]').waitFor({ state: 'detached' });
  return text;
}

/** What comes after the button is the machine's own, which knows keys. */
async function send(name: string, text: string): Promise<void> {
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), keys.push(button('Choose a file'))]);
  await chooser.setFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(text) });
}

it('imports 10,000 rows with mistakes, mends them, imports the rest, and takes the import back', async () => {
  await keys.press('n');
  await send('people.csv', PEOPLE);
  await button('Go on to the columns').waitFor();
  expect(await fact('Rows').textContent()).toBe('10,000');
  await expectAccessible(page);
  await keys.push(button('Go on to the columns'));
  // The button that led here is gone with the step before; the keys go on from the new one.
  await expect.poll(() => page.evaluate('document.activeElement.id')).toBe('content');
  const fieldOf = (column: string) => page.getByRole('combobox', { name: `Field of the column ${column}` });
  // Known by their names in either language; what is not known is left out until somebody says what it is.
  expect(await fieldOf('Kundennummer').inputValue()).toBe('External id');
  expect(await fieldOf('E-Mail').inputValue()).toBe('Work e-mail');
  expect(await fieldOf('Schuhgröße').inputValue()).toBe('');
  // A column for which there is no field gets one here.
  await keys.push(button('Make a custom field of the column Schuhgröße'));
  const making = page.getByRole('dialog');
  await making.getByLabel('Key').waitFor();
  expect(await making.getByLabel('Key').inputValue()).toBe('schuhgrosse_text');
  await keys.choose(
    making
      .getByRole('combobox', { name: 'Type' })
      .or(making.getByRole('textbox', { name: 'Type' }))
      .first(),
    'Whole number',
  );
  await expectAccessible(page);
  await keys.push(making.getByRole('button', { name: 'Create' }));
  await expect.poll(() => fieldOf('Schuhgröße').inputValue()).toBe('Schuhgröße');
  await page.reload();
  await expect.poll(() => fieldOf('Schuhgröße').inputValue()).toBe('Schuhgröße');
  await expectAccessible(page);
  await keys.push(button('Go on to the rules'));
  const source = page.getByRole('combobox', { name: 'The external ids come from' });
  await keys.write(source, 'CRM');
  await page.waitForURL(/source=CRM/);
  await page.reload();
  await expect.poll(() => source.inputValue()).toBe('CRM');
  await keys.tick(page.getByRole('checkbox', { name: 'Phone number' }));
  await keys.tick(page.getByRole('checkbox', { name: 'E-mail address' }));
  await keys.push(button('E-mail address: try earlier'));
  await expectAccessible(page);
  await keys.push(button('Check all rows'));

  await button(`Import ${(ROWS - MISTAKES).toLocaleString('en-US')} rows`).waitFor();
  expect(await fact('Refused').textContent()).toBe(`${MISTAKES}`);
  expect(await contacts()).toBe(0);
  await page.reload();
  const errors = page.getByRole('table', { name: 'First refused cells' });
  await errors.getByRole('row').nth(1).waitFor();
  expect(await errors.getByRole('row').nth(1).getByRole('cell').allTextContents()).toEqual(['9', 'Nachname', 'empty', 'is required.']);
  expect(await errors.getByRole('row').nth(2).getByRole('cell').nth(2).textContent()).toBe('not an address');
  await expectAccessible(page);
  await keys.push(button(/^Import [\d,]+ rows$/));

  // While it runs, the screen never says more than is in the directory, and never less than it said.
  let before = 0;
  while ((await button('Undo the import').count()) === 0) {
    const created = Number(
      (
        await fact('Created')
          .textContent()
          .catch(() => '0')
      )?.replaceAll(',', ''),
    );
    expect(created).toBeGreaterThanOrEqual(before);
    expect(created).toBeLessThanOrEqual(await contacts());
    before = created;
  }
  expect(await fact('Created').textContent()).toBe('9,800');
  expect(await fact('Refused').textContent()).toBe(`${MISTAKES}`);
  expect(await contacts()).toBe(ROWS - MISTAKES);
  const [imported] = (await server.request('GET', `${E}/contacts?q=number1234`)).body.entities;
  expect(imported.customFields).toEqual({ schuhgrosse_integer: 40 });
  const first = page.url();
  const [header = '', ...refused] = (await downloaded('Download the refused rows')).trimEnd().split('\r\n');
  expect(header).toBe(`line,reasons,${HEADER.join(',')}`);
  expect(refused).toHaveLength(MISTAKES);
  const mended = refused.map((row) =>
    row.replace(/,Person,,/, ',Person,Mended,').replace(/,(\d+),Person,(\w+),not an address,/, ',$1,Person,$2,mended-$1@example.com,'),
  );
  // The settings are those of the first import, so that nothing is asked again.
  await send('mended.csv', [header, ...mended].join('\r\n'));
  await keys.push(button(`Import ${MISTAKES} rows`));
  await button('Undo the import').waitFor();
  // None of the steps is left.
  expect(await page.locator('[aria-current=step]').count()).toBe(0);
  expect(await fact('Refused').textContent()).toBe('0');
  expect(await fact('Created').textContent()).toBe(`${MISTAKES}`);
  expect(await contacts()).toBe(ROWS);

  await page.goto(first);
  await keys.push(button('Undo the import'));
  await keys.push(page.getByRole('dialog').getByRole('button', { name: 'Undo', exact: true }));
  await page.getByText('The import is undone').waitFor();
  expect(await fact('Deleted').textContent()).toBe('9,800');
  expect(await fact('Left as they are').textContent()).toBe('0');
  expect(await contacts()).toBe(MISTAKES);
  await expectAccessible(page);
  await keys.push(page.getByRole('link', { name: 'All imports' }));
  await page.getByRole('link', { name: 'mended.csv' }).waitFor();
  await expectAccessible(page);
  expect(faults).toEqual([]);
}, 180_000);

it('exports what a filter of the table leaves', async () => {
  const filter = { field: 'lastName', eq: 'Mended' };
  await page.goto(`${server.url}/console/contacts?${new URLSearchParams({ filter: JSON.stringify(filter) })}`);
  await keys.push(page.getByRole('link', { name: 'Export', exact: true }));
  await page.getByRole('button', { name: /Remove.*Mended/ }).waitFor();
  await keys.push(button('Start the export'));
  const csv = await downloaded(/^Download Contacts/);
  expect(csv.trimEnd().split('\r\n')).toHaveLength(100 + 1);
  await expectAccessible(page);
  expect(faults).toEqual([]);
});

it('shows what is held on a person, and erases the person', async () => {
  const { body } = await server.request('GET', `${E}/contacts?q=number8`);
  const [{ id }] = body.entities;
  await page.goto(`${server.url}/console/privacy`);
  await page.getByRole('textbox', { name: 'Words' }).waitFor();
  await keys.press('/');
  await page.keyboard.type('mended-8@example.com');
  await keys.press('Enter');
  await keys.push(page.getByRole('button', { name: /mended-8@example\.com/ }));
  await keys.push(button('Collect everything'));
  await button('Download the archive').waitFor();
  expect(await downloaded('Download the archive')).toContain('mended-8@example.com');
  await expectAccessible(page);
  await keys.write(page.getByRole('textbox', { name: 'Reason' }), 'case 4711');
  await keys.push(button('Erase this person'));
  const dialog = page.getByRole('dialog');
  const erase = dialog.getByRole('button', { name: 'Erase', exact: true });
  expect(await erase.isDisabled()).toBe(true);
  const name = (await dialog.getByRole('heading').textContent())?.replace(/^Erase (.*) for good\?$/, '$1') ?? '';
  await keys.write(dialog.getByRole('textbox'), name);
  await expectAccessible(page);
  await keys.push(erase);
  const row = page.getByRole('table', { name: 'Erasures' }).getByRole('row', { name: /case 4711/ });
  await row.getByText('Erased', { exact: true }).waitFor();
  expect((await server.request('GET', `${E}/contacts/${id}`)).status).toBe(404);
  expect(page.url()).not.toContain('mended');
  await expectAccessible(page);
  expect(faults).toEqual([]);
});

it('has a second person approve of an erasure, and a certificate of it', async () => {
  await must(server, 'PUT', '/liaison/v1/settings', { divisionMoves: false, erasureApprovalDays: 3 });
  const second = await makeUser(server, { name: 'Second Person', password: PASSWORD });
  const { id: roleId } = await roleNamed(server, 'Full Access');
  await must(server, 'POST', `/api/v2/authorization/subjects/${second.id}/bulkadd`, { grants: [{ roleId, divisionId: '*' }] });
  const { id } = await make(server, '/contacts', { lastName: 'Forgettable' });
  await page.goto(`${server.url}/console/privacy?person=${id}`);
  await keys.write(page.getByRole('textbox', { name: 'Reason' }), 'case 4712');
  await keys.push(button('Erase this person'));
  await keys.write(page.getByRole('dialog').getByRole('textbox'), 'Forgettable');
  await keys.push(page.getByRole('dialog').getByRole('button', { name: 'Erase', exact: true }));
  await page.getByText('Somebody else has to approve').waitFor();
  await expectAccessible(page);

  const theirs = await openConsole(server, browser, '/console/privacy', { email: second.email, password: PASSWORD });
  await theirs.keys.push(theirs.page.getByRole('button', { name: 'Approve', exact: true }));
  await theirs.page.getByText('One contact goes').waitFor();
  await theirs.keys.push(theirs.page.getByRole('dialog').getByRole('button', { name: 'Approve', exact: true }));
  const row = theirs.page.getByRole('table', { name: 'Erasures' }).getByRole('row', { name: /case 4712/ });
  await row.getByText('Erased', { exact: true }).waitFor();
  expect((await server.request('GET', `${E}/contacts/${id}`)).status).toBe(404);
  await expectAccessible(theirs.page);
  const [download] = await Promise.all([theirs.page.waitForEvent('download'), theirs.keys.push(row.getByRole('button', { name: /Certificate/ }))]);
  const certificate = readFileSync(await download.path(), 'utf8');
  for (const said of ['case 4712', 'Administrator', 'Second Person', id]) expect(certificate).toContain(said);
  expect(certificate).not.toContain('Forgettable');
  expect([...faults, ...theirs.faults]).toEqual([]);
  await theirs.page.context().close();
});
