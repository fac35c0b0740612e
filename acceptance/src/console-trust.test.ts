// The console's administration, as people use it: two organizations trust each other, one's people work in the other's
// until that ends; a schema is designed and filled; and every screen can be used by everybody.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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
/** Chooses by keys, as in any listbox. */
async function choose(page: Page, field: string, option: string): Promise<void> {
  await dialog(page)
    .getByRole('combobox', { name: field })
    .or(dialog(page).getByRole('textbox', { name: field }))
    .first()
    .click();
  await page.getByRole('option', { name: option }).click();
}

it('lets two organizations trust each other, switch, act, and part', async () => {
  const { name: home } = (await server.request('GET', '/api/v2/organizations/me')).body;
  const theirs = await openConsole(server, browser, '/console/trust?side=trustors', { email: partner.adminEmail, password: partner.adminPassword });
  await theirs.page.getByRole('heading', { name: 'No other organization trusts you' }).waitFor();
  await theirs.page.keyboard.press('n');
  await choose(theirs.page, 'Users', 'Administrator');
  await theirs.page.keyboard.press('Escape');
  await dialog(theirs.page).getByRole('button', { name: 'Offer the pairing' }).click();
  const pairing = await dialog(theirs.page).getByRole('status').locator('code').textContent();

  const ours = await openConsole(server, browser, '/console/trust');
  await ours.page.getByRole('heading', { name: 'You trust no other organization' }).waitFor();
  await ours.page.keyboard.press('n');
  await dialog(ours.page).getByLabel('Number of the pairing').fill('00000000-0000-4000-8000-000000000000');
  await ours.page.keyboard.press('Enter');
  await dialog(ours.page).getByText('The requested resource was not found.').waitFor();
  await dialog(ours.page)
    .getByLabel('Number of the pairing')
    .fill(pairing ?? '');
  await ours.page.keyboard.press('Enter');
  await dialog(ours.page).getByText('Partner asks to be let in').waitFor();
  await choose(ours.page, 'Role', 'Contact Manager');
  await dialog(ours.page).getByRole('button', { name: 'Add the role' }).click();
  await dialog(ours.page).getByRole('button', { name: 'Trust this organization' }).click();
  await dialog(ours.page).getByRole('button', { name: 'Revoke the trust' }).waitFor();
  await expectAccessible(ours.page);

  // They switch, and act.
  await theirs.page.goto(`${server.url}/console/trust?side=trustors`);
  await theirs.page.getByRole('button', { name: 'Organization: Partner' }).click();
  await theirs.page.getByRole('menuitem', { name: home }).click();
  await theirs.page.getByRole('button', { name: `Organization: ${home}` }).waitFor();
  expect(await theirs.page.getByRole('link', { name: 'Trust', exact: true }).count()).toBe(0);
  await theirs.page.getByRole('heading', { name: 'No contacts yet' }).waitFor();
  await theirs.page.keyboard.press('n');
  await theirs.page.getByLabel('Last name').fill('Guest');
  await theirs.page.getByRole('button', { name: 'Create the contact' }).click();
  await theirs.page.getByRole('heading', { name: 'Guest' }).waitFor();

  // It is seen, and ended.
  await ours.page.reload();
  await dialog(ours.page).getByText('CREATE Contact Guest').waitFor();
  await dialog(ours.page).getByRole('button', { name: 'Disable' }).click();
  await dialog(ours.page).getByText('inactive').waitFor();
  await dialog(ours.page).getByRole('button', { name: 'Enable' }).click();
  await dialog(ours.page).getByText('active', { exact: true }).waitFor();
  await dialog(ours.page).getByRole('button', { name: 'Revoke the trust' }).click();
  await ours.page.getByRole('dialog', { name: 'Stop trusting Partner?' }).getByRole('button', { name: 'Revoke the trust' }).click();
  await ours.page.getByRole('heading', { name: 'You trust no other organization' }).waitFor();
  const refused = theirs.page.waitForResponse((response) => response.status() === 401);
  await theirs.page.goto(`${server.url}/console/contacts`);
  await refused;
  expect([...ours.faults, ...theirs.faults]).toEqual([]);
  await Promise.all([ours.page.context().close(), theirs.page.context().close()]);
});

it('designs a schema, and fills it', async () => {
  const { page, faults } = await openConsole(server, browser, '/console/schemas');
  await page.getByRole('heading', { name: 'No custom fields yet' }).waitFor();
  await page.keyboard.press('n');
  await dialog(page).getByLabel('Name').fill('Loyalty');
  await dialog(page).getByRole('button', { name: 'Add a field' }).click();
  const field = dialog(page).getByRole('group').first();
  await field.getByLabel('Title').fill('Tier');
  await field
    .getByRole('combobox', { name: 'Type' })
    .or(field.getByRole('textbox', { name: 'Type' }))
    .first()
    .click();
  await page.getByRole('option', { name: 'Choice' }).click();
  for (const option of ['Gold', 'Silver']) {
    await field.getByLabel('Options').fill(option);
    await page.keyboard.press('Enter');
  }
  expect(await field.getByLabel('Key').inputValue()).toBe('tier_enum');
  await dialog(page).getByRole('group', { name: 'Preview' }).getByLabel('Tier').waitFor();
  await expectAccessible(page);
  await dialog(page).getByRole('button', { name: 'Create' }).click();
  await dialog(page).getByText('first version: Tier').waitFor();
  // What is stored stays what it is; the next version adds to it.
  expect(await dialog(page).getByRole('group').first().getByLabel('Key').isDisabled()).toBe(true);
  await dialog(page).getByRole('button', { name: 'Add a field' }).click();
  await dialog(page).getByLabel('Title').nth(1).fill('Since');
  await dialog(page).getByRole('button', { name: 'Save' }).click();
  await dialog(page).getByText('added Since').waitFor();

  const { body } = await server.request('POST', `${E}/contacts`, { body: { lastName: 'Loyal' } });
  await page.goto(`${server.url}/console/contacts/${body.id}`);
  await page.getByRole('button', { name: 'Edit' }).click();
  await page
    .getByRole('combobox', { name: 'Tier' })
    .or(page.getByRole('textbox', { name: 'Tier' }))
    .first()
    .click();
  await page.getByRole('option', { name: 'Silver' }).click();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Silver', { exact: true }).waitFor();
  expect((await server.request('GET', `${E}/contacts/${body.id}`)).body.customFields).toEqual({ tier_enum: 'silver' });

  // Archiving says first what it would touch.
  await page.goto(`${server.url}/console/schemas`);
  await page.getByRole('gridcell', { name: 'Loyalty' }).getByRole('button').click();
  await dialog(page).getByRole('button', { name: 'Archive' }).click();
  await page.getByText('1 record has its fields.').waitFor();
  expect(faults).toEqual([]);
  await page.context().close();
});

const SCREENS = [
  'users',
  'users?open=new',
  'groups?open=new',
  'roles',
  'roles?open=new',
  'roles?part=divisions',
  'trust',
  'clients?open=new',
  'audit',
  'settings',
  'settings?part=sources',
  'webhooks?open=new',
  'events',
  'explorer?operation=postUsers',
];

describe.each(['light', 'dark'] as const)('in the %s theme', (scheme) => {
  it('every screen of the administration can be used by everybody', async () => {
    const { page, faults } = await openConsole(server, browser, '/console/schemas', { scheme });
    for (const screen of SCREENS) {
      await page.goto(`${server.url}/console/${screen}`);
      await page.locator('h1').waitFor();
      if (screen.includes('open=')) await dialog(page).getByRole('textbox').first().waitFor();
      await expect.poll(() => page.locator('[aria-busy=true]').count()).toBe(0);
      await expectAccessible(page);
    }
    expect(faults).toEqual([]);
    await page.context().close();
  }, 120_000);
});
