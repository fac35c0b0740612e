// What a record's page lets one write and take away: its organization and ids elsewhere, notes and relationships, fields of
// one's own; and that nothing goes without a question, nor the focus with it.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeUser, must, unique } from './access-callers.ts';
import { launchChromium } from './chromium.ts';
import { expectAccessible, openConsole } from './console-browser.ts';
import { E, make } from './directory.ts';
import { type Server, startServer } from './server.ts';

let server: Server;
let browser: Browser;
let organization: { id: string };
beforeAll(async () => {
  [server, browser] = await Promise.all([startServer({ LIAISON_RATE_LIMIT: '0' }), launchChromium()]);
  organization = await make(server, '/organizations', { name: 'Analytical Engines' });
  await make(server, '/organizations', { name: 'Difference Engines' });
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const read = (id: string) => must(server, 'GET', `${E}/contacts/${id}`);
const choose = async (page: Page, field: string, words: string, option: string) => {
  await page.getByRole('combobox', { name: field }).fill(words);
  await page.getByRole('option', { name: option }).click();
};
const focused = (page: Page) => page.evaluate<string>('document.activeElement.tagName');

it('sets and changes a contact’s organization: in a new one, on its page, and for many at once', async () => {
  const { page, faults } = await openConsole(server, browser, '/console/contacts');
  await page.keyboard.press('n');
  await page.getByLabel('Last name').fill('Lovelace');
  await choose(page, 'Organization', 'anal', 'Analytical Engines');
  await expectAccessible(page);
  await button(page, 'Create the contact').click();
  await page.getByRole('definition').getByRole('link', { name: 'Analytical Engines' }).waitFor();
  const id = new URL(page.url()).pathname.split('/').at(-1) as string;
  expect((await read(id)).externalOrganization.id).toBe(organization.id);
  await button(page, 'Edit').click();
  await choose(page, 'Organization', 'diff', 'Difference Engines');
  await button(page, 'Save').click();
  await page.getByRole('definition').getByRole('link', { name: 'Difference Engines' }).waitFor();

  await page.goto(`${server.url}/console/contacts`);
  await page.getByRole('columnheader').getByRole('checkbox').check();
  await page.getByRole('toolbar').getByRole('button', { name: 'Edit' }).click();
  await page.getByRole('dialog').getByRole('combobox', { name: 'Field' }).click();
  await page.getByRole('option', { name: 'Organization', exact: true }).click();
  await choose(page, 'Value', 'anal', 'Analytical Engines');
  await button(page, 'Count the records').click();
  await page.getByText('Organization: “Analytical Engines”').waitFor();
  await button(page, 'Edit one record').click();
  await expect.poll(async () => (await read(id)).externalOrganization.id).toBe(organization.id);
  expect(faults).toEqual([]);
  await page.context().close();
});

it('keeps the ids that a record has in other systems', async () => {
  const source = await must(server, 'POST', `${E}/externalsources`, { name: unique('CRM'), active: true });
  const { id } = await make(server, '/contacts', { lastName: 'Babbage' });
  const { page, faults } = await openConsole(server, browser, `/console/contacts/${id}`);
  await button(page, 'Edit').click();
  await button(page, 'Another id').click();
  const first = page.getByRole('group', { name: 'External id 1' });
  await first.getByRole('textbox', { name: 'Value' }).fill('4711');
  await expectAccessible(page);
  await button(page, 'Save').click();
  await page
    .getByRole('definition')
    .filter({ hasText: `${source.name}: 4711` })
    .waitFor();
  expect((await read(id)).externalIds).toMatchObject([{ externalSource: { id: source.id }, value: '4711' }]);
  await button(page, 'Edit').click();
  await button(page, 'Remove external id 1').click();
  await button(page, 'Save').click();
  await expect.poll(async () => (await read(id)).externalIds).toBeUndefined();
  expect(faults).toEqual([]);
  await page.context().close();
});

it('asks before a note or a relationship goes, and keeps the focus', async () => {
  const user = await makeUser(server, { name: unique('Account manager') });
  await must(server, 'POST', `${E}/relationships`, { user: { id: user.id }, externalOrganization: { id: organization.id }, relationship: 'keeps in touch' });
  await must(server, 'POST', `${E}/organizations/${organization.id}/notes`, { noteText: 'Call back' });
  const { page, keys, faults } = await openConsole(server, browser, `/console/organizations/${organization.id}`);
  const notes = async () => (await must(server, 'GET', `${E}/organizations/${organization.id}/notes`)).total;
  const kept = async () => (await must(server, 'GET', `${E}/organizations/${organization.id}/relationships`)).total;
  await page.getByRole('tab', { name: 'Notes' }).click();
  await keys.push(page.getByRole('article').getByRole('button', { name: 'Edit' }));
  await keys.push(button(page, 'Cancel'));
  await expect.poll(() => page.evaluate('document.activeElement.textContent')).toBe('Edit');
  await keys.push(page.getByRole('article').getByRole('button', { name: 'Delete' }));
  await page.getByRole('dialog').getByText('Call back').waitFor();
  await expectAccessible(page);
  expect(await notes()).toBe(1);
  await keys.push(page.getByRole('dialog').getByRole('button', { name: 'Delete' }));
  await page.getByText('No notes yet').waitFor();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await expect.poll(() => focused(page)).toBe('DIV');

  await page.getByRole('tab', { name: 'Relationships' }).click();
  await keys.push(button(page, 'Remove the relationship'));
  await page.getByRole('dialog').getByText('is then no longer “keeps in touch”').waitFor();
  expect(await kept()).toBe(1);
  await keys.push(page.getByRole('dialog').getByRole('button', { name: 'Remove' }));
  await page.getByText('Nobody looks after this organization yet').waitFor();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await expect.poll(() => focused(page)).toBe('DIV');
  expect([await notes(), await kept()]).toEqual([0, 0]);
  expect(faults).toEqual([]);
  await page.context().close();
});

it('makes a contact of an organization on the organization’s page', async () => {
  const { page, faults } = await openConsole(server, browser, `/console/organizations/${organization.id}`);
  await page.getByRole('tab', { name: 'Contacts' }).click();
  await button(page, 'New contact').click();
  await expect.poll(() => page.getByRole('combobox', { name: 'Organization' }).inputValue()).toBe('Analytical Engines');
  await page.getByLabel('Last name').fill('Menabrea');
  await button(page, 'Create the contact').click();
  await page.getByRole('heading', { name: 'Menabrea' }).waitFor();
  const [made] = (await must(server, 'GET', `${E}/contacts?q=menabrea`)).entities;
  expect(made.externalOrganization.id).toBe(organization.id);
  expect(faults).toEqual([]);
  await page.context().close();
});

it('gives fields of long titles keys of their own that fit', async () => {
  const { page, faults } = await openConsole(server, browser, '/console/schemas');
  await page.keyboard.press('n');
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill(unique('Long'));
  const title = 'How the person who answered the phone would like to be called';
  for (const i of [0, 1]) {
    await dialog.getByRole('button', { name: 'Add a field' }).click();
    await dialog.getByLabel('Title').nth(i).fill(title);
  }
  const [first, second] = await Promise.all([0, 1].map((i) => dialog.getByLabel('Key').nth(i).inputValue()));
  for (const key of [first, second]) expect(key).toMatch(/^how_the_person_who_answered_.{1,17}_text$/);
  expect(first).not.toBe(second);
  await dialog.getByRole('button', { name: 'Create' }).click();
  const stored = async () =>
    (await must(server, 'GET', `${E}/contacts/schemas`)).entities.flatMap((one: { jsonSchema: { properties: object } }) =>
      Object.keys(one.jsonSchema.properties),
    );
  await expect.poll(stored).toHaveLength(2);
  expect(faults).toEqual([]);
  await page.context().close();
});
