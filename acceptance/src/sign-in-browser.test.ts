// Signing in in a real browser, from programs that use the browser build of the platform's SDK on another site.
import { readFileSync } from 'node:fs';
import { createServer, type Server as HttpServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { must, unique } from './access-callers.ts';
import { launchChromium } from './chromium.ts';
import { SDKS } from './sdk.ts';
import { type Server, startServer } from './server.ts';
import { authorizeUrl } from './signing-in.ts';

const require = createRequire(import.meta.url);
const PATHS = SDKS.flatMap((sdk) => ['implicit', 'pkce'].map((grant) => `/${sdk}/${grant}`));

let server: Server;
let browser: Browser;
let site: HttpServer;
/** localhost, where the server is 127.0.0.1: another site, to the browser. */
let origin: string;
const clients: Record<string, string> = {};

beforeAll(async () => {
  [server, browser] = await Promise.all([startServer(), launchChromium()]);
  site = createServer((request, response) => {
    const [, sdk = '', part] = new URL(request.url ?? '/', origin).pathname.split('/');
    if (part === 'sdk.js') return response.setHeader('content-type', 'text/javascript').end(bundle(sdk));
    if (part === undefined) return response.writeHead(404).end();
    return response.setHeader('content-type', 'text/html').end(program(sdk, part));
  });
  await new Promise<void>((resolve) => site.listen(0, 'localhost', resolve));
  origin = `http://localhost:${(site.address() as AddressInfo).port}`;
  for (const [grant, authorizedGrantType] of [
    ['implicit', 'TOKEN'],
    ['pkce', 'PKCE'],
  ] as const) {
    const registeredRedirectUri = PATHS.filter((path) => path.endsWith(grant)).map((path) => origin + path);
    clients[grant] = (await must(server, 'POST', '/api/v2/oauth/clients', { name: unique('App'), authorizedGrantType, registeredRedirectUri })).id;
  }
});
afterAll(async () => {
  await browser?.close();
  site?.close();
  await server?.stop();
});

const bundle = (sdk: string) =>
  readFileSync(require.resolve(`${sdk}/package.json`).replace('package.json', 'dist/web-cjs/purecloud-platform-client-v2.min.js'));

/** Logs in as the SDK's documentation has it, and shows who it is. */
const program = (sdk: string, grant: string) => `<!doctype html><title>Program</title><output></output><button>Sign out</button>
<script src="/${sdk}/sdk.js"></script>
<script>
  const show = (text) => { document.querySelector('output').textContent = text; };
  const sdk = require('platformClient');
  const client = sdk.ApiClient.instance;
  client.setGateway({ protocol: 'http', host: '127.0.0.1', port: ${server.port}, path_params_login: 'login', path_params_api: 'api' });
  client['${grant === 'pkce' ? 'loginPKCEGrant' : 'loginImplicitGrant'}']('${clients[grant]}', '${origin}/${sdk}/${grant}', { state: 'page 7' })
    .then((auth) => new sdk.UsersApi().getUsersMe().then((me) => show(me.email + ' on ' + auth.state)))
    .catch((error) => show('failed: ' + (error.message || JSON.stringify(error))));
  document.querySelector('button').onclick = () => client.logout('${origin}/${sdk}/${grant}');
</script>`;

const shown = async (page: Page) => {
  const output = page.locator('output', { hasText: /\w/ });
  await output.waitFor();
  return output.textContent();
};

async function enter(page: Page): Promise<void> {
  await page.getByLabel('E-mail address').fill(server.firstRun.adminEmail);
  await page.getByLabel('Password').fill(server.firstRun.adminPassword);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

describe.each(SDKS)('programs with %s', (sdk) => {
  it('sign in with PKCE, then implicitly without being asked again, and out', async () => {
    const page = await browser.newPage();
    const refused: string[] = [];
    page.on('console', (message) => message.type() === 'error' && refused.push(`${message.text()} ${message.location().url}`));
    await page.goto(`${origin}/${sdk}/pkce`);
    await enter(page);
    expect(await shown(page)).toBe(`${server.firstRun.adminEmail} on page 7`);
    expect(page.url()).toBe(`${origin}/${sdk}/pkce`);
    await page.goto(`${origin}/${sdk}/implicit`);
    expect(await shown(page)).toBe(`${server.firstRun.adminEmail} on page 7`);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Password').waitFor();
    expect(refused.filter((text) => !text.endsWith('/favicon.ico'))).toEqual([]);
    await page.context().close();
  });
});

it('the page can be used by keyboard alone and without scripts, tells what is wrong, and has the focus where it goes on', async () => {
  const context = await browser.newContext({ javaScriptEnabled: false, locale: 'de-DE', colorScheme: 'dark' });
  const page = await context.newPage();
  const uri = `${origin}/${SDKS[0]}/implicit`;
  await page.goto(server.url + authorizeUrl({ client_id: clients.implicit as string, redirect_uri: uri, response_type: 'token' }));
  expect(await page.locator('html').getAttribute('lang')).toBe('de');
  const focused = () => page.locator(':focus').getAttribute('name');
  expect(await focused()).toBe('email');
  const type = async (password: string) => {
    if ((await focused()) === 'email') {
      await page.keyboard.type(server.firstRun.adminEmail);
      await page.keyboard.press('Tab');
    }
    await page.keyboard.type(password);
    await page.keyboard.press('Enter');
  };
  await type('wrong');
  const alert = page.getByRole('alert');
  await alert.waitFor();
  expect(await alert.textContent()).toContain('passen nicht zusammen');
  expect([await page.title(), await focused(), await page.getByLabel('Passwort').getAttribute('aria-describedby')]).toEqual([
    'Fehler: Anmelden',
    'password',
    'problem',
  ]);
  await type(server.firstRun.adminPassword);
  await page.waitForURL((url) => url.href.startsWith(`${uri}#access_token=`));
  await context.close();
});

it('the page takes its colors from the system, with enough contrast in both', async () => {
  const address = server.url + authorizeUrl({ client_id: clients.implicit as string, redirect_uri: `${origin}/${SDKS[0]}/implicit`, response_type: 'token' });
  for (const colorScheme of ['light', 'dark'] as const) {
    const page = await browser.newPage({ colorScheme });
    await page.goto(address);
    const [text, ground] = await page.evaluate<[string, string]>(
      "(({ color, backgroundColor }) => [color, backgroundColor])(getComputedStyle(document.querySelector('button')))",
    );
    expect(contrast(text, ground), colorScheme).toBeGreaterThan(4.5);
    await page.context().close();
  }
});

/** Of two colors, as WCAG 2 has it. */
function contrast(...colors: [string, string]): number {
  const [more = 0, less = 0] = colors.map(luminance).sort((a, b) => b - a);
  return (more + 0.05) / (less + 0.05);
}

function luminance(color: string): number {
  const parts = (color.match(/\d+/g) ?? []).slice(0, 3).map((part) => Number(part) / 255);
  const [r = 0, g = 0, b = 0] = parts.map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
