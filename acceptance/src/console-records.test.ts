// The less visited parts of a contact's and an organization's page: visits, conversations, where values came from, the ways
// to reach a company, and whom it stands for.
import { randomUUID } from 'node:crypto';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { must } from './access-callers.ts';
import { launchChromium } from './chromium.ts';
import { expectAccessible, openConsole } from './console-browser.ts';
import { connectDatabase } from './database.ts';
import { E, make } from './directory.ts';
import { EVERYTHING, visit } from './journey-fixtures.ts';
import { makeOrganization } from './other-organization.ts';
import { type Server, startServer } from './server.ts';

let server: Server;
let browser: Browser;
beforeAll(async () => {
  [server, browser] = await Promise.all([startServer({ LIAISON_RATE_LIMIT: '0' }), launchChromium()]);
  const { organizationId } = await makeOrganization(server, 'Trusting');
  const database = await connectDatabase(server);
  await database.query('insert into trusts (org_id, trustee_org_id, created_at) values ($1, $2, now())', [organizationId, server.firstRun.organizationId]);
  await database.end();
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

it.each(['light', 'dark'] as const)('shows a contact’s visits, conversations and origins, %s', async (scheme) => {
  const ids = [];
  for (const more of [{ title: 'Countess' }, { workEmail: 'ada@example.com' }])
    ids.push((await make(server, '/contacts', { firstName: 'Ada', lastName: 'Lovelace', ...more })).id);
  const { id } = await must(server, 'POST', `${E}/contacts/merge`, { contactIds: ids });
  await must(server, 'POST', '/liaison/v1/journey/sessions', { entities: [visit(id, EVERYTHING)] });
  const conversationId = randomUUID();
  await must(server, 'PUT', `${E}/conversations/${conversationId}`, {
    conversationId,
    communicationId: randomUUID(),
    mediaType: 'CALL',
    externalContactId: id,
  });
  const { page, faults } = await openConsole(server, browser, `/console/contacts/${id}`, { scheme });
  await page.getByRole('tab', { name: 'Journey' }).click();
  await page.getByText('searched for boots').waitFor();
  await expectAccessible(page);
  await page.getByRole('tab', { name: 'Conversations' }).click();
  await page.getByText(conversationId).waitFor();
  await expectAccessible(page);
  await page.getByRole('tab', { name: 'Merged' }).click();
  const title = page.getByRole('row').filter({ hasText: 'Countess' });
  await title.getByRole('link', { name: 'Ada Lovelace' }).waitFor();
  await expectAccessible(page);
  expect(faults).toEqual([]);
  await page.context().close();
});

it('keeps an organization’s contact points, and whom it stands for', async () => {
  const { id } = await make(server, '/organizations', { name: 'Analytical Engines', phoneNumber: { display: '+44 20 7946 0123' } });
  const { page, faults } = await openConsole(server, browser, `/console/organizations/${id}`);
  await page.getByRole('tab', { name: 'Contact points' }).click();
  const add = async (number: number, kind: string, value: string) => {
    await page.getByRole('button', { name: 'Another contact point' }).click();
    const point = page.getByRole('group', { name: `Phone ${number}` });
    await point.getByRole('combobox', { name: 'Kind' }).click();
    await page.getByRole('option', { name: kind }).click();
    await page.getByRole('textbox', { name: 'Number or address' }).last().fill(value);
  };
  await add(2, 'E-mail', 'desk@');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('alert').waitFor();
  await page.getByRole('textbox', { name: 'Number or address' }).last().fill('desk@example.com');
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Save' }).click();
  const points = async () => (await must(server, 'GET', `/liaison/v1/organizations/${id}/contact-points`)).entities;
  await expect.poll(points).toMatchObject([{ telephone: '+44 20 7946 0123' }, { email: 'desk@example.com' }]);
  await page.getByRole('button', { name: 'Remove contact point 2' }).click();
  await page.getByRole('button', { name: 'Save' }).click();
  await expect.poll(points).toHaveLength(1);

  await page.getByRole('tab', { name: 'Trust' }).click();
  await page.getByText('stands for no organization').waitFor();
  await page.getByRole('combobox', { name: 'Organization that trusts yours' }).click();
  await page.getByRole('option', { name: 'Trusting' }).click();
  await page.getByRole('button', { name: 'Link', exact: true }).click();
  await page.getByText('This record stands for Trusting').waitFor();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Remove the link' }).click();
  await page.getByText('stands for no organization').waitFor();
  expect(faults).toEqual([]);
  await page.context().close();
});
