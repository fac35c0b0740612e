// The pictures of the documentation, of a server with a thousand (made-up) persons and the companies of the S&P 500:
//
//   npm run build && node scripts/screenshots.ts
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { launchChromium } from '../acceptance/src/chromium.ts';
import { openConsole } from '../acceptance/src/console-browser.ts';
import { type Server, startServer } from '../acceptance/src/server.ts';
import { readCsv } from '../examples/src/csv.ts';

const PICTURES = new URL('../docs/images/', import.meta.url);
const API = '/api/v2/externalcontacts';
const AT_ONCE = 100;

const companies = readCsv(new URL('../examples/data/sp500.csv', import.meta.url), ['Security', 'GICS Sector']);
const persons = readCsv(new URL('../examples/data/febrl1.csv', import.meta.url), [
  'given_name',
  'surname',
  'street_number',
  'address_1',
  'suburb',
  'postcode',
  'state',
]);
const TITLES = ['Purchasing Manager', 'Head of Support', 'Engineer', 'Account Executive', 'Director'];

mkdirSync(PICTURES, { recursive: true });
const [server, browser] = await Promise.all([startServer({ LIAISON_RATE_LIMIT: '0' }), launchChromium()]);
try {
  const organizations = await addAll(
    'organizations',
    companies.map((company) => ({ name: company.Security, industry: company['GICS Sector'] })),
  );
  await addAll(
    'contacts',
    persons.map((person, i) => contactOf(person, i, organizations)),
  );
  await picture('contacts', '/console/contacts', 'light', '[role=gridcell]');
  await picture('duplicates', '/console/duplicates', 'dark', '.merge-row');
} finally {
  await browser.close();
  await server.stop();
}

async function picture(name: string, path: string, scheme: 'light' | 'dark', shows: string): Promise<void> {
  await untilFound(server);
  const { page } = await openConsole(server, browser, path, { scheme });
  await page.locator(shows).first().waitFor();
  await page.waitForLoadState('networkidle');
  await page.screenshot({ path: fileURLToPath(new URL(`${name}.png`, PICTURES)) });
  await page.context().close();
}

/** Waits for the duplicates among the persons. */
async function untilFound({ request }: Server): Promise<void> {
  for (;;) {
    const { body } = await request('GET', '/liaison/v1/duplicates?limit=1');
    if (body.entities.length > 0) return;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

/** @returns their ids */
async function addAll(noun: 'contacts' | 'organizations', entities: object[]): Promise<string[]> {
  const ids: string[] = [];
  for (let i = 0; i < entities.length; i += AT_ONCE) {
    const { body } = await server.request('POST', `${API}/bulk/${noun}/add`, { body: { entities: entities.slice(i, i + AT_ONCE) } });
    ids.push(...body.results.map((result: { entity: { id: string } }) => result.entity.id));
  }
  return ids;
}

function contactOf(person: (typeof persons)[number], i: number, organizations: string[]) {
  const capital = (text: string | undefined) => text?.replaceAll(/\b\w/g, (letter) => letter.toUpperCase()) || undefined;
  const [firstName, lastName] = [capital(person.given_name), capital(person.surname) ?? 'Unknown'];
  return {
    firstName,
    lastName,
    title: TITLES[i % TITLES.length],
    workEmail: firstName ? `${firstName}.${lastName}@example.com`.toLowerCase().replaceAll(/[^a-z.@-]/g, '') : undefined,
    externalOrganization: { id: organizations[i % organizations.length] },
    address: {
      address1: capital(`${person.street_number} ${person.address_1}`.trim()),
      city: capital(person.suburb),
      postalCode: person.postcode || undefined,
      state: person.state?.toUpperCase() || undefined,
      countryCode: 'AU',
    },
  };
}
