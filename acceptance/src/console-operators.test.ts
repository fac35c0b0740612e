// The console for those who integrate and operate: how the server is doing, what went wrong and how it is set right again.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { must } from './access-callers.ts';
import { launchChromium } from './chromium.ts';
import { expectAccessible, openConsole } from './console-browser.ts';
import { E, make } from './directory.ts';
import { csvOf, finish, importOf, layOut, PEOPLE, startImport, until, waits } from './importing.ts';
import { type Json, type Server, startServer } from './server.ts';
import { collect, erase } from './subject-calls.ts';
import { type Arrival, makeWebhook, startReceiver, verify, W, whenWebhook } from './webhook-receiver.ts';

let server: Server;
let browser: Browser;
beforeAll(async () => {
  const env = { LIAISON_RATE_LIMIT: '0', LIAISON_WEBHOOK_PRIVATE_TARGETS: 'yes', LIAISON_WEBHOOK_RETRY_MS: '20', LIAISON_WEBHOOK_ATTEMPTS: '1' };
  [server, browser] = await Promise.all([startServer(env), launchChromium()]);
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

it('leads from the first start to a directory to try things with, to an empty one again, and to a first contact from a shell', async () => {
  const { page, faults } = await openConsole(server, browser, '/console/');
  const empty = page.getByRole('heading', { name: 'No contacts yet' });
  await empty.waitFor();
  await page.getByRole('button', { name: 'Add 500 sample contacts' }).click();
  await page.getByRole('grid').getByText('Abbott').first().waitFor();
  const { organization } = (await server.request('GET', '/liaison/v1/health')).body;
  expect(organization.records.map(({ count }: Json) => count)).toEqual([500, 25, 100, 0]);
  const found = async () => (await server.request('GET', '/liaison/v1/duplicates')).body.entities.length;
  await expect.poll(found, { timeout: 30_000 }).toBeGreaterThan(5);
  // What somebody made himself stays when the sample data goes.
  const own = await make(server, '/contacts', { lastName: 'Own' });
  await page.keyboard.press('Control+k');
  await page.getByRole('textbox', { name: 'Search' }).fill('sample');
  await page.getByRole('button', { name: 'Add or remove sample contacts' }).click();
  await page.getByRole('button', { name: 'Remove the sample data' }).click();
  const sure = page.getByRole('dialog', { name: 'Remove the sample data?' });
  await sure.getByText('500 contacts and 25 organizations').waitFor();
  await sure.getByRole('textbox', { name: /to go on/ }).fill('all of them');
  await sure.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('button', { name: 'Import 100,000 sample contacts' }).waitFor();
  const { entities } = (await server.request('GET', `${E}/contacts`)).body;
  expect(entities.map(({ id }: Json) => id)).toEqual([own.id]);
  expect((await server.request('GET', `${E}/organizations`)).body.total).toBe(0);
  await server.request('DELETE', `${E}/contacts/${own.id}`);

  await page.goto(`${server.url}/console/contacts`);
  await empty.waitFor();
  const script = await page.locator('pre, code').filter({ hasText: 'TOKEN=$(curl' }).first().textContent();
  const { clientId: CLIENT_ID, clientSecret: CLIENT_SECRET } = server.firstRun;
  await promisify(execFile)('sh', ['-c', script as string], { env: { ...process.env, CLIENT_ID, CLIENT_SECRET } });
  await page.reload();
  await page.getByRole('grid').getByText('Ada Lovelace').waitFor();
  expect(faults).toEqual([]);
  await page.context().close();
});

it('imports many sample contacts as a file like any other', async () => {
  const { page } = await openConsole(server, browser, '/console/samples');
  await page.getByRole('button', { name: 'Import 100,000 sample contacts' }).click();
  await page.waitForURL(/\/imports\/[0-9a-f-]{36}$/, { timeout: 60_000 });
  const job = page.url().split('/').at(-1);
  const state = async () => (await server.request('GET', `/liaison/v1/imports/${job}`)).body;
  await expect.poll(async () => (await state()).executionStep, { timeout: 60_000 }).toBe('Validated');
  expect((await state()).rows).toMatchObject({ read: 100_000, dryRunAccepted: 100_000, dryRunRejected: 0 });
  await page.context().close();
}, 90_000);

it('draws how the server is doing, tells it in tables, too, and does not take the focus when it is told anew', async () => {
  for (let i = 0; i < 5; i += 1) await server.request('GET', `${E}/contacts?q=nobody`);
  const { page, faults } = await openConsole(server, browser, '/console/health');
  const chart = page.getByRole('region', { name: 'Requests a second' });
  await chart.getByRole('img', { name: 'Requests a second' }).locator('canvas').waitFor();
  await page.getByRole('row', { name: /getExternalcontactsContacts [5-9] 0 0/ }).waitFor();
  // By keys, to the numbers that the lines stand for.
  await chart.locator('summary').focus();
  await page.keyboard.press('Enter');
  const numbers = chart.getByRole('table', { name: 'Requests a second' }).getByRole('row');
  await expect.poll(() => numbers.count()).toBeGreaterThan(1);
  // Ten seconds go by at once.
  await page.clock.install();
  const refreshes = page.getByRole('switch', { name: 'Refresh every ten seconds' });
  await refreshes.click();
  await refreshes.click();
  await chart.locator('summary').focus();
  const told = page.waitForResponse((answer) => answer.url().endsWith('/liaison/v1/health'));
  await page.clock.runFor(10_100);
  await told;
  await page.getByRole('row', { name: /getLiaisonHealth [1-9]/ }).waitFor();
  expect(await page.evaluate('document.activeElement.tagName')).toBe('SUMMARY');
  expect(await numbers.count()).toBeGreaterThan(1);
  expect(faults).toEqual([]);
  await page.context().close();
});

it('replays a failed delivery in two clicks', async () => {
  const receiver = await startReceiver();
  receiver.answer = () => 503;
  const hook = await makeWebhook(server, receiver, { name: 'Ledger' });
  const { id } = await make(server, '/contacts', { lastName: 'Undelivered' });
  await whenWebhook(server, hook.id, ({ deliveries }) => deliveries.dead === 1);
  receiver.answer = () => 200;
  const { page, faults } = await openConsole(server, browser, '/console/webhooks');
  await page.getByRole('button', { name: 'Ledger' }).click();
  await page.getByRole('button', { name: 'Replay contact create' }).click();
  await page.getByText('All have arrived').waitFor();
  expect(receiver.accepted().map(({ event }) => event.eventBody.id)).toEqual([id]);
  expect(faults).toEqual([]);
  await server.request('DELETE', `${W}/${hook.id}`);
  receiver.close();
  await page.context().close();
});

it('tests a webhook, and replaces what signs its deliveries', async () => {
  const receiver = await startReceiver();
  const hook = await makeWebhook(server, receiver, { name: 'Signed' });
  const { page } = await openConsole(server, browser, `/console/webhooks?open=${hook.id}`);
  const drawer = page.getByRole('dialog', { name: 'Signed' });
  await drawer.getByRole('button', { name: 'Send a test' }).click();
  await drawer.getByText(/^Delivered: 200/).waitFor();
  await drawer.getByRole('combobox', { name: 'The one before signs along' }).click();
  await page.getByRole('option', { name: 'no more, for it became known' }).click();
  await drawer.getByRole('button', { name: 'New secret' }).click();
  await page.getByRole('dialog', { name: 'Replace the secret?' }).getByRole('button', { name: 'New secret' }).click();
  const secret = (await drawer.getByText(/^whsec_/).textContent()) ?? '';
  await drawer.getByRole('button', { name: 'Send a test' }).click();
  const [before, after] = (await receiver.until((all) => all.length === 2)) as [Arrival, Arrival];
  expect(verify(hook.secret, before)).toEqual(before.event);
  expect(verify(secret, after)).toEqual(after.event);
  expect(() => verify(hook.secret, after)).toThrow();
  await expect.poll(() => page.locator('[aria-busy=true]').count()).toBe(0);
  await expectAccessible(page);
  await server.request('DELETE', `${W}/${hook.id}`);
  receiver.close();
  await page.context().close();
});

describe('all that goes on in the background', () => {
  const HEADER = Object.keys(PEOPLE);
  /** Until the import waits to be continued. */
  const checked = (id: string) => until(() => importOf(server, id), waits);
  const rowOf = (page: Page, kind: string, what: string) => page.getByRole('row', { name: new RegExp(`^${kind} .*${what}`) });

  it('is one list, filtered by kind and state, with what can be done to each', async () => {
    const settings = await layOut(server, PEOPLE);
    const people = ['A', 'B'].map((First) => ({ Id: First, First, Last: First }));
    const done = await startImport(server, settings, csvOf(HEADER, people));
    await finish(server, done);
    await must(server, 'POST', `/liaison/v1/imports/${done}/undo`);
    const waiting = await startImport(server, settings, csvOf(HEADER, people));
    await checked(waiting);
    const { id } = await make(server, '/contacts', { lastName: 'Listed' });
    await collect(server, { contactId: id });
    await erase(server, { contactIds: [id], reason: 'They asked for it.' });
    await must(server, 'POST', '/liaison/v1/exports', { kind: 'contact' });

    const { page, faults } = await openConsole(server, browser, '/console/jobs');
    await page.getByText('live', { exact: true }).waitFor();
    await rowOf(page, 'Undoing an import', 'people.csv Completed 2').waitFor();
    await rowOf(page, 'Import', 'people.csv Completed 2').waitFor();
    await rowOf(page, 'Erasure', 'They asked for it. Completed 1').waitFor();
    const download = page.waitForEvent('download');
    await rowOf(page, 'Export', 'Contacts Completed').getByRole('button', { name: 'Download: Contacts' }).click();
    await (await download).delete();
    // By keys: the state that is looked for, and the act on what is found.
    await page.getByRole('combobox', { name: 'State' }).focus();
    for (const key of ['ArrowDown', 'ArrowDown', 'Enter']) await page.keyboard.press(key);
    await expect.poll(() => new URL(page.url()).searchParams.get('state')).toBe('waiting');
    const cancel = rowOf(page, 'Import', 'people.csv Waiting').getByRole('button', { name: 'Cancel: people.csv' });
    await expect.poll(() => page.getByRole('row').count()).toBeGreaterThan(1);
    await cancel.focus();
    await page.keyboard.press('Enter');
    await expect.poll(async () => (await must(server, 'GET', `/liaison/v1/imports/${waiting}`)).status).toBe('Cancelled');
    await page.goto(`${server.url}/console/jobs?kind=import&state=cancelled`);
    await rowOf(page, 'Import', 'people.csv Cancelled').waitFor();
    await expectAccessible(page);
    expect(faults).toEqual([]);
    await page.context().close();
  });

  it('is told as it goes on, and read now and then where the stream of events does not come through', async () => {
    const settings = await layOut(server, PEOPLE);
    const begin = (name: string) => startImport(server, settings, csvOf(HEADER, [{ Id: name, First: name, Last: name }]));
    const { page } = await openConsole(server, browser, '/console/jobs?state=waiting&kind=import');
    await page.getByText('live', { exact: true }).waitFor();
    // With the head, which is not there where nothing waits.
    const wanted = async () => (await must(server, 'GET', '/liaison/v1/imports?limit=25')).entities.filter(waits).length + 1;
    const areListed = async () => expect.poll(() => page.getByRole('row').count()).toBe(await wanted());
    await checked(await begin('first'));
    await areListed();
    await page.route('**/liaison/v1/events/stream*', (route) => route.abort());
    await page.clock.install();
    await page.reload();
    await page.getByText('refreshed now and then').waitFor();
    await areListed();
    await checked(await begin('second'));
    await page.clock.runFor(16_000);
    await areListed();
    await page.context().close();
  });
});

it('exports what a filter leaves of the audit, and shows a record as it was', async () => {
  const { id } = await make(server, '/contacts', { lastName: 'Before' });
  await server.request('PUT', `${E}/contacts/${id}`, { body: { lastName: 'After' } });
  const { page, faults } = await openConsole(server, browser, `/console/audit?entityId=${id}`);
  const downloads = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export as NDJSON' }).click();
  const download = await downloads;
  const lines = readFileSync(await download.path(), 'utf8')
    .trimEnd()
    .split('\n');
  expect(download.suggestedFilename()).toBe('audit.ndjson');
  expect(lines.map((line) => JSON.parse(line).action)).toEqual(['update', 'create']);
  await page
    .getByRole('button', { name: /created|changed/ })
    .or(page.getByRole('grid').getByText('created'))
    .first()
    .waitFor();
  const { entities } = (await server.request('GET', `/liaison/v1/audits?entityId=${id}`)).body;
  const drawer = page.getByRole('dialog');
  await page.goto(`${server.url}/console/audit?entityId=${id}&open=${entities[0].id}`);
  await drawer.getByText('"lastName": "After"').waitFor();
  await drawer.getByLabel('At', { exact: true }).fill('2020-01-01T00:00:00.000');
  await drawer.getByText('It was not there then').waitFor();
  await page.goto(`${server.url}/console/audit?entityId=${id}&open=${entities[1].id}`);
  await drawer.getByText('"lastName": "Before"').waitFor();
  await expect.poll(() => page.locator('[aria-busy=true]').count()).toBe(0);
  await expectAccessible(page);
  expect(faults).toEqual([]);
  await page.context().close();
});

it('writes a call of the explorer in four languages, as it can be run', async () => {
  const { page } = await openConsole(server, browser, '/console/explorer?operation=postExternalcontactsBulkContactsAdd');
  await page.getByRole('textbox', { name: 'Body' }).fill('{"entities": [{"lastName": "O\'Hara \\"Quote\\""}]}');
  const snippets = page.getByRole('region', { name: 'As code' });
  const codeIn = async (language: string) => {
    await snippets.getByRole('tab', { name: language }).click();
    return (await snippets.getByRole('tabpanel').locator('code, pre').first().textContent()) ?? '';
  };
  const env = { ...process.env, TOKEN: await server.token() };
  const run = promisify(execFile);
  await run('sh', ['-c', await codeIn('curl')], { env });
  await run(process.execPath, ['--input-type=module', '-e', await codeIn('JavaScript')], { env });
  const made = (await server.request('GET', `${E}/contacts?q=hara`)).body.entities;
  expect(made.map(({ lastName }: Json) => lastName)).toEqual(['O\'Hara "Quote"', 'O\'Hara "Quote"']);
  // Neither has to be on a machine that runs these tests.
  expect(await codeIn('Python')).toContain(`urllib.request.Request("${server.url}/api/v2/externalcontacts/bulk/contacts/add", method="POST", data="`);
  const go = await codeIn('Go');
  expect(go).toContain(`http.NewRequest("POST", "${server.url}/api/v2/externalcontacts/bulk/contacts/add", strings.NewReader("`);
  expect(go).toContain('\t"strings"\n');
  await page.context().close();
});

it('says which country the numbers of the organization are of', async () => {
  const { page, faults } = await openConsole(server, browser, '/console/settings?part=tenant');
  await page.getByLabel('Country of phone numbers').fill('de');
  await page.getByText('read as those of: Germany').waitFor();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved').first().waitFor();
  const { workPhone } = await make(server, '/contacts', { lastName: 'Near', workPhone: { display: '030 1234567' } });
  expect(workPhone.e164).toBe('+49301234567');
  await page.getByLabel('Country of phone numbers').fill('D1');
  await page.getByRole('button', { name: 'Save' }).click();
  await page
    .getByText(/must match/)
    .first()
    .waitFor();
  await expectAccessible(page);
  await page.screenshot({ path: process.env.SHOT ?? '/dev/null', type: 'png' });
  expect(faults).toEqual([]);
});
