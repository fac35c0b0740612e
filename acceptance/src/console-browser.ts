// The console in a real browser, signed in through the server's own page, and what is held against every screen of it.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { type Keys, keysOf } from './console-keys.ts';
import type { Server } from './server.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export interface ConsoleOptions {
  scheme?: 'light' | 'dark';
  width?: number;
  locale?: string;
  timezone?: string;
  email?: string;
  password?: string;
  /** Lets move what moves. */
  motion?: boolean;
}

export interface Console {
  page: Page;
  keys: Keys;
  /** Whatever the page complains of, or asks of others. */
  faults: string[];
}

/** The console, where somebody has just signed in, by keys. */
export async function openConsole(server: Server, browser: Browser, path: string, options: ConsoleOptions = {}): Promise<Console> {
  const {
    scheme = 'light',
    width = 1280,
    locale = 'en-US',
    email = server.firstRun.adminEmail,
    password = server.firstRun.adminPassword,
    motion = false,
    timezone,
  } = options;
  const context = await browser.newContext({
    viewport: { width, height: 800 },
    colorScheme: scheme,
    locale,
    ...(timezone === undefined ? {} : { timezoneId: timezone }),
    reducedMotion: motion ? 'no-preference' : 'reduce',
  });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    // A refusal of the server is shown on screen; the browser logs it besides.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) faults.push(message.text());
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(server.url) && !request.url().startsWith('data:') && !request.url().startsWith('blob:')) faults.push(`asks ${request.url()}`);
  });
  const keys = keysOf(page);
  await page.goto(server.url + path);
  await keys.write(page.locator('input[name=email]'), email);
  await keys.write(page.locator('input[name=password]'), password);
  await keys.press('Enter');
  await page.waitForURL((url) => url.pathname.startsWith('/console/') && !url.search.includes('code='));
  await page.locator('main :is(h1, h2)').first().waitFor();
  return { page, keys, faults };
}

/** What readers ask of their browsers. It changes nothing but colors, and all that moves is still in each. */
const LOOKS = [{ colorScheme: 'dark' }, { colorScheme: 'light', contrast: 'more' }, { colorScheme: 'light', forcedColors: 'active' }] as const;
const USUAL = { colorScheme: 'light', contrast: 'no-preference', forcedColors: 'none', reducedMotion: 'reduce' } as const;

const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** The theme is changed by a script, in the next frame; and a label that is still fading in has too little contrast. */
const SETTLE = `new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))).then(() => document.getAnimations()
  .filter(({ effect }) => effect.getComputedTiming().iterations !== Infinity)
  .forEach((moving) => moving.finish()))`;

/** WCAG 2.2 A and AA, as far as a program can tell, in every look. */
export async function expectAccessible(page: Page, looks: readonly object[] = LOOKS): Promise<void> {
  // Injected by the browser's own debugger, which the page's policy does not bind.
  await page.evaluate(AXE);
  const faults = await violations(page, WCAG);
  for (const look of looks) {
    await page.emulateMedia({ ...USUAL, ...look });
    faults.push(...(await violations(page, ['color-contrast'])).map((fault) => `${JSON.stringify(look)} ${fault}`));
  }
  if (looks.length > 0) await page.emulateMedia(USUAL);
  if (faults.length > 0) throw new Error(`${page.url()} cannot be used by everybody:\n  ${faults.join('\n  ')}`);
}

async function violations(page: Page, runOnly: readonly string[]): Promise<string[]> {
  await page.evaluate(SETTLE);
  return page.evaluate(`axe.run({ runOnly: ${JSON.stringify(runOnly)} })
    .then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html.slice(0, 200)).join(' | ')))`);
}
