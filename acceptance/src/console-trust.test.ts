// The console's administration, as people use it, by keys alone: two organizations trust each other, one's people work in
// the other's until that ends; a schema is designed and filled.
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { must } from './access-callers.ts';
import { launchChromium } from './chromium.ts';
import { expectAccessible, openConsole } from './console-browser.ts';
import { E } from './directory.ts';
import { makeOrganization, type OtherOrganization } from './other-organization.ts';
import { type Server, startServer } from './server.ts';

let server: Server;
let browser: Browser;
let partner: OtherOrganization & { adminPassword: string };
beforeAll(async () => {
  [server, browser] = await Promise.all([startServer({ LIAISON_RATE_LIMIT: '0' }), launchChromium()]);
  partner = (await makeOrganization(server, 'Partner')) as typeof partner;
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

const dialog = (page: Page) => page.getByRole('dialog');
const button = (within: Page | Locator, name: string) => within.getByRole('button', { name, exact: true });
/** A field with a list, which is called a text box where one can type into it. */
const listed = (within: Page | Locator, name: string) => within.getByRole('combobox', { name }).or(within.getByRole('textbox', { name })).first();

it('lets two organizations trust each other, switch, act, and part', async () => {
  const { name: home } = (await server.request('GET', '/api/v2/organizations/me')).body;
  const theirs = await openConsole(server, browser, '/console/trust?side=trustors', { email: partner.adminEmail, password: partner.adminPassword });
  await theirs.page.getByRole('heading', { name: 'No other organization trusts you' }).waitFor();
  await theirs.keys.press('n');
  await theirs.keys.choose(listed(dialog(theirs.page), 'Users'), 'Administrator');
  await theirs.keys.push(button(dialog(theirs.page), 'Offer the pairing'));
  const pairing = await dialog(theirs.page).getByRole('status').locator('code').textContent();

  const ours = await openConsole(server, browser, '/console/trust');
  await ours.page.getByRole('heading', { name: 'You trust no other organization' }).waitFor();
  await ours.keys.press('n');
  const number = dialog(ours.page).getByLabel('Number of the pairing');
  await ours.keys.write(number, '00000000-0000-4000-8000-000000000000');
  await ours.keys.press('Enter');
  await dialog(ours.page).getByText('The requested resource was not found.').waitFor();
  await ours.keys.write(number, pairing ?? '');
  await ours.keys.press('Enter');
  await dialog(ours.page).getByText('Partner asks to be let in').waitFor();
  await ours.keys.choose(listed(dialog(ours.page), 'Role'), 'Contact Manager');
  await ours.keys.push(button(dialog(ours.page), 'Add the role'));
  await ours.keys.push(button(dialog(ours.page), 'Trust this organization'));
  await dialog(ours.page).getByRole('button', { name: 'Revoke the trust' }).waitFor();
  await expectAccessible(ours.page);

  // They switch, and act.
  await theirs.page.goto(`${server.url}/console/trust?side=trustors`);
  const switchTo = async (from: string, to: string) => {
    await theirs.keys.push(button(theirs.page, `Organization: ${from}`));
    await theirs.keys.pick(theirs.page.getByRole('menuitem', { name: to }));
  };
  await switchTo('Partner', home);
  await theirs.page.getByRole('button', { name: `Organization: ${home}` }).waitFor();
  expect(await theirs.page.getByRole('link', { name: 'Trust', exact: true }).count()).toBe(0);
  await theirs.page.getByRole('heading', { name: 'No contacts yet' }).waitFor();
  await theirs.keys.press('n');
  await theirs.keys.write(theirs.page.getByLabel('Last name'), 'Guest');
  await theirs.keys.press('Enter');
  await theirs.page.getByRole('heading', { name: 'Guest' }).waitFor();
  // What they selected there is nothing to them at home.
  await theirs.page.goto(`${server.url}/console/contacts`);
  await theirs.page.getByRole('columnheader').getByRole('checkbox').check();
  await theirs.page.getByText('1 selected').waitFor();
  await switchTo(home, 'Partner');
  await theirs.page.getByRole('heading', { name: 'No contacts yet' }).waitFor();
  await theirs.page.waitForLoadState('networkidle');
  expect(await theirs.page.getByText('1 selected').count()).toBe(0);
  await switchTo('Partner', home);
  await theirs.page.getByText('1 selected').waitFor();

  // It is seen, and ended.
  await ours.page.reload();
  await dialog(ours.page).getByText('Contact Guest created').waitFor();
  await ours.keys.push(button(dialog(ours.page), 'Disable'));
  await dialog(ours.page).getByText('inactive').waitFor();
  await ours.keys.push(button(dialog(ours.page), 'Enable'));
  await dialog(ours.page).getByText('active', { exact: true }).waitFor();
  await ours.keys.push(button(dialog(ours.page), 'Revoke the trust'));
  await ours.keys.push(button(ours.page.getByRole('dialog', { name: 'Stop trusting Partner?' }), 'Revoke the trust'));
  await ours.page.getByRole('heading', { name: 'You trust no other organization' }).waitFor();
  const refused = theirs.page.waitForResponse((response) => response.status() === 401);
  await theirs.page.goto(`${server.url}/console/contacts`);
  await refused;
  expect([...ours.faults, ...theirs.faults]).toEqual([]);
  await Promise.all([ours.page.context().close(), theirs.page.context().close()]);
});

it('designs a schema, and fills it', async () => {
  const { page, keys, faults } = await openConsole(server, browser, '/console/schemas');
  await page.getByRole('heading', { name: 'No custom fields yet' }).waitFor();
  await keys.press('n');
  await keys.write(dialog(page).getByLabel('Name'), 'Loyalty');
  await keys.push(button(dialog(page), 'Add a field'));
  const field = dialog(page).getByRole('group').first();
  await keys.write(field.getByLabel('Title'), 'Tier');
  await keys.choose(listed(field, 'Type'), 'Choice');
  for (const option of ['Gold', 'Silver']) {
    await keys.write(field.getByLabel('Options'), option);
    await keys.press('Enter');
  }
  expect(await field.getByLabel('Key').inputValue()).toBe('tier_enum');
  await dialog(page).getByRole('group', { name: 'Preview' }).getByLabel('Tier').waitFor();
  await expectAccessible(page);
  await keys.push(button(dialog(page), 'Create'));
  await dialog(page).getByText('first version: Tier').waitFor();
  // What is stored stays what it is; the next version adds to it.
  expect(await dialog(page).getByRole('group').first().getByLabel('Key').isDisabled()).toBe(true);
  await keys.push(button(dialog(page), 'Add a field'));
  await keys.write(dialog(page).getByLabel('Title').nth(1), 'Since');
  await keys.push(button(dialog(page), 'Save'));
  await dialog(page).getByText('added Since').waitFor();

  const { body } = await server.request('POST', `${E}/contacts`, { body: { lastName: 'Loyal' } });
  await page.goto(`${server.url}/console/contacts/${body.id}`);
  await keys.push(button(page, 'Edit'));
  await keys.choose(listed(page, 'Tier'), 'Silver');
  await keys.push(button(page, 'Save'));
  await page.getByText('Silver', { exact: true }).waitFor();
  expect((await server.request('GET', `${E}/contacts/${body.id}`)).body.customFields).toEqual({ tier_enum: 'silver' });

  // Archiving says first what it would touch.
  await page.goto(`${server.url}/console/schemas`);
  await keys.to(page.getByRole('grid'));
  await keys.press('Enter');
  await keys.push(button(dialog(page), 'Archive'));
  await page.getByText('1 record has its fields.').waitFor();
  expect(faults).toEqual([]);
  await page.context().close();
});

it('finds whom one chooses beyond the first hundred, by a part of the name or of the address', async () => {
  for (let i = 0; i < 130; i += 1) await must(server, 'POST', '/api/v2/users', { name: `Colleague ${i}`, email: `colleague-${i}@example.com` });
  const group = await must(server, 'POST', '/api/v2/groups', { name: 'Everybody', type: 'official', rolesEnabled: true });
  const { page, keys, faults } = await openConsole(server, browser, `/console/groups?open=${group.id}`);
  const field = listed(dialog(page), 'User');
  await keys.choose(field, 'Colleague 129');
  await keys.write(field, 'colleague-77@');
  await page.getByRole('option', { name: 'Colleague 77' }).waitFor();
  await keys.press('ArrowDown');
  await expectAccessible(page);
  await keys.press('Enter');
  await keys.push(button(dialog(page), 'Add members'));
  await dialog(page).getByRole('row', { name: 'Colleague 129' }).waitFor();
  await dialog(page).getByRole('row', { name: 'Colleague 77' }).waitFor();
  // Whoever is a member already is not offered.
  await keys.write(field, 'Colleague 129');
  await page.getByText('Nothing found').waitFor();
  expect(faults).toEqual([]);
  await page.context().close();
});
