// Every screen of the console can be used by everybody: in every look, from right to left with long texts on a narrow
// window, and with a keyboard alone. The screens are those of the console's own table of contents, so none is forgotten.
import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { must } from './access-callers.ts';
import { launchChromium } from './chromium.ts';
import { type Console, expectAccessible, openConsole } from './console-browser.ts';
import { make } from './directory.ts';
import { csvOf, layOut, PEOPLE, startImport, upload } from './importing.ts';
import { type Server, startServer } from './server.ts';

const TABLE_OF_CONTENTS = readFileSync(new URL('../../console/src/screens.tsx', import.meta.url), 'utf8');
/** The first leads to another of them. */
const PATHS = [...TABLE_OF_CONTENTS.matchAll(/\bpath: '(\/[^']*)'/g)].map(([, path]) => path as string).filter((path) => path !== '/');

/** What more there is to a screen than it shows at first. */
const MORE: Record<string, string[]> = {
  '/contacts': ['?open={contactId}', '?q=nobody+at+all'],
  '/organizations': ['?open={organizationId}'],
  '/merge': ['?ids={contactId},{twinId}'],
  '/imports/new': ['?upload={uploadId}', '?upload={uploadId}&step=columns', '?upload={uploadId}&step=rules'],
  '/privacy': ['?person={contactId}'],
  '/users': ['?open=new', '?open={userId}'],
  '/groups': ['?open=new', '?open={groupId}'],
  '/roles': ['?open=new', '?open={roleId}', '?part=divisions'],
  '/schemas': ['?open=new', '?open={schemaId}'],
  '/trust': ['?side=trustors', '?open=new', '?side=trustors&open=new'],
  '/clients': ['?open=new'],
  '/settings': ['?part=sources', '?part=tenant'],
  '/webhooks': ['?open=new', '?open={webhookId}'],
  '/explorer': ['?operation=postUsers'],
};

let server: Server;
let browser: Browser;
let usual: Console;
/** From right to left, narrow, and with all that moves. */
let mirrored: Console;
const ids: Record<string, string> = {};

beforeAll(async () => {
  [server, browser] = await Promise.all([startServer({ LIAISON_RATE_LIMIT: '0' }), launchChromium()]);
  await fill();
  [usual, mirrored] = await Promise.all([
    openConsole(server, browser, '/console/contacts'),
    openConsole(server, browser, '/console/contacts?language=ar-XB', { width: 420, motion: true }),
  ]);
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

/** Something of everything, so that screens have more to show than that there is nothing. */
async function fill(): Promise<void> {
  const text = { allOf: [{ $ref: '#/definitions/text' }], title: 'Shoe size' };
  const jsonSchema = { $schema: 'http://json-schema.org/draft-04/schema#', title: 'Shoes', properties: { shoe_text: text } };
  ids.schemaId = (await make(server, '/contacts/schemas', { name: 'Shoes', jsonSchema })).id;
  ids.organizationId = (await make(server, '/organizations', { name: 'Analytical Engines', industry: 'Computing', tags: ['old'] })).id;
  const ada = { firstName: 'Ada', lastName: 'Lovelace', workEmail: 'ada@example.com', workPhone: { userInput: '+44 20 7946 0123' } };
  const more = { externalOrganization: { id: ids.organizationId }, schema: { id: ids.schemaId }, customFields: { shoe_text: '37' } };
  ids.contactId = (await make(server, '/contacts', { ...ada, ...more, title: 'Countess' })).id;
  ids.twinId = (await make(server, '/contacts', { ...ada, title: 'Mathematician' })).id;
  await make(server, `/contacts/${ids.contactId}/notes`, { noteText: 'Wrote the first program.' });
  await must(server, 'POST', '/liaison/v1/exports', { kind: 'contact' });
  const people = csvOf(
    ['Id', 'First', 'Last'],
    [
      ['1', 'Grace', 'Hopper'],
      ['2', 'Nobody', ''],
    ],
  );
  ids.jobId = await startImport(server, await layOut(server, PEOPLE), people);
  ids.uploadId = await upload(server, people);
  ids.webhookId = (await must(server, 'POST', '/liaison/v1/webhooks', { name: 'Hook', url: 'https://example.com/hook' })).id;
  ids.userId = (await must(server, 'GET', '/api/v2/users')).entities[0].id;
  ids.groupId = (await must(server, 'POST', '/api/v2/groups', { name: 'Engineers', type: 'official', rolesEnabled: true })).id;
  ids.roleId = (await must(server, 'GET', '/api/v2/authorization/roles')).entities[0].id;
}

const filledIn = (address: string) =>
  address.replace(/\{(\w+)\}|\$(\w+)/g, (_, one, other) => {
    const id = ids[one ?? other];
    if (id === undefined) throw new Error(`nothing was made for ${address}`);
    return id;
  });

async function show(page: Page, address: string): Promise<void> {
  await page.goto(`${server.url}/console${filledIn(address)}`);
  await page.locator('h1, h2').first().waitFor();
  if (address.includes('open=')) await page.getByRole('dialog').getByRole('button').nth(1).waitFor();
  await expect.poll(() => page.locator('[aria-busy=true], [role=status][aria-label]').count()).toBe(0);
}

it('keeps notices away from what has the focus', async () => {
  const { page, keys } = usual;
  // Where there is little room, what is tabbed to comes up at the bottom, where the notices are.
  const size = page.viewportSize();
  await page.setViewportSize({ width: 420, height: 500 });
  await show(page, '/users?open={userId}');
  await keys.push(page.getByRole('button', { name: 'Save', exact: true }));
  await page.getByText('Saved').waitFor();
  await keys.walk();
  await page.getByText('Saved').waitFor();
  await page.setViewportSize(size ?? { width: 1280, height: 800 });
});

it('moves nothing for those who asked for that', async () => {
  const moving = `[...document.querySelectorAll('*')].filter((one) => getComputedStyle(one).transitionDuration !== '0s').map((one) => one.outerHTML)`;
  await Promise.all([show(usual.page, '/users?open=new'), show(mirrored.page, '/users?open=new')]);
  expect(await mirrored.page.evaluate(moving)).not.toEqual([]);
  expect(await usual.page.evaluate(moving)).toEqual([]);
});

describe.each(PATHS)('%s', (path) => {
  it('can be used by everybody', async () => {
    for (const more of ['', ...(MORE[path] ?? [])]) {
      await show(usual.page, path + more);
      await expectAccessible(usual.page);
      await usual.keys.walk();
      const tabs = await usual.page.getByRole('tab').count();
      if (tabs > 0) await usual.keys.to(usual.page.getByRole('tab').first());
      for (let at = 1; at < tabs; at += 1) {
        await usual.keys.press('ArrowRight');
        await expectAccessible(usual.page);
      }
      await show(mirrored.page, path + more);
      expect(await mirrored.page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')).toBe(0);
      await expectAccessible(mirrored.page, []);
    }
    expect([...usual.faults, ...mirrored.faults]).toEqual([]);
  }, 60_000);
});
