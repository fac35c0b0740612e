// Who did what to a record, when: on its page, beside each of its values and in the audit, told of people by their names.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { must } from './access-callers.ts';
import { launchChromium } from './chromium.ts';
import { expectAccessible, openConsole } from './console-browser.ts';
import { E, make } from './directory.ts';
import { type Server, startServer } from './server.ts';

const ADMIN = 'Administrator';

let server: Server;
let browser: Browser;
let contact: { id: string };
beforeAll(async () => {
  [server, browser] = await Promise.all([startServer({ LIAISON_RATE_LIMIT: '0' }), launchChromium()]);
  contact = await make(server, '/contacts', { firstName: 'Ada', lastName: 'Byron', cellPhone: { display: '+44 20 7946 0123' } });
  const { page } = await openConsole(server, browser, `/console/contacts/${contact.id}`);
  await page.getByRole('button', { name: 'Edit', exact: true }).click();
  await page.getByLabel('Last name').fill('Lovelace');
  await page.getByLabel('Mobile phone').fill('+44 20 7946 0999');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('definition').filter({ hasText: 'Lovelace' }).waitFor();
  await page.context().close();
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

it.each(['Last name', 'Mobile phone'])('says beside the %s who gave it and when, to pointers, keys and fingers', async (name) => {
  const { page, keys, faults } = await openConsole(server, browser, `/console/contacts/${contact.id}`);
  const value = page.getByRole('term').filter({ hasText: name }).locator('xpath=following-sibling::dd');
  const said = page.getByRole('tooltip', { name: `Last changed by ${ADMIN}` });
  await value.hover();
  await said.waitFor();
  await page.mouse.move(0, 0);
  await said.waitFor({ state: 'detached' });
  await keys.to(value.getByRole('button', { name: `Last changed by ${ADMIN}` }));
  await said.waitFor();
  await expectAccessible(page);
  expect(faults).toEqual([]);
  await page.context().close();
});

it('tells a record’s history by people and by the names of fields', async () => {
  const { page } = await openConsole(server, browser, `/console/contacts/${contact.id}`);
  await page.getByRole('tab', { name: 'History' }).click();
  const changed = page.getByRole('tabpanel').locator('.mantine-Timeline-item').first();
  await changed.getByText(ADMIN).waitFor();
  const text = (await changed.textContent()) ?? '';
  for (const told of ['Last name', 'Byron', 'Mobile phone', '+44 20 7946 0999']) expect(text).toContain(told);
  for (const raw of ['$', 'lastName', 'modifyDate', 'e164', 'Liaison Console']) expect(text).not.toContain(raw);
  await page.context().close();
});

it('lists what was done by people, kinds and fields, all by their names', async () => {
  const { page } = await openConsole(server, browser, `/console/audit?entityId=${contact.id}&action=update`);
  const row = page.getByRole('row').filter({ hasText: ADMIN });
  await row.waitFor();
  for (const cell of ['Contact', 'Last name, Mobile phone']) await row.getByRole('gridcell', { name: cell, exact: true }).waitFor();
  await row.getByRole('button').first().click();
  const details = page.getByRole('dialog');
  const { name } = await must(server, 'GET', '/api/v2/organizations/me');
  for (const fact of [ADMIN, 'No division', name]) await details.getByRole('definition').filter({ hasText: fact }).first().waitFor();
  expect(await details.getByRole('table').textContent()).not.toContain('$.');
  await expectAccessible(page);
  await page.context().close();
});

it('names the kinds of records that an audit, events and webhooks can be narrowed to', async () => {
  const { page } = await openConsole(server, browser, '/console/audit');
  await page.getByRole('combobox', { name: 'Kind' }).click();
  await page.getByRole('option', { name: 'Note on a contact', exact: true }).waitFor();
  await page.goto(`${server.url}/console/events`);
  await page.getByRole('combobox', { name: 'Kinds of records' }).click();
  await page.getByRole('option', { name: 'Note on an organization', exact: true }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByText('live', { exact: true }).waitFor();
  await must(server, 'POST', `${E}/contacts`, { lastName: 'Event' });
  await page.getByRole('gridcell', { name: 'created', exact: true }).waitFor();
  await page.goto(`${server.url}/console/webhooks?open=new`);
  await page.getByRole('combobox', { name: 'Kinds of records' }).click();
  await page.getByRole('option', { name: 'Note on an organization', exact: true }).waitFor();
  await page.context().close();
});
