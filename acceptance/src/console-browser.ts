// The console in a real browser, signed in through the server's own page, and what is held against every screen of it.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import type { Server } from './server.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export interface ConsoleOptions {
  scheme?: 'light' | 'dark';
  width?: number;
  locale?: string;
  email?: string;
  password?: string;
}

/** A page of the console, whose user has just signed in. Whatever it complains of, or asks of others, is kept in `faults`. */
export async function openConsole(server: Server, browser: Browser, path: string, options: ConsoleOptions = {}): Promise<{ page: Page; faults: string[] }> {
  const { scheme = 'light', width = 1280, locale = 'en-US', email = server.firstRun.adminEmail, password = server.firstRun.adminPassword } = options;
  const context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme: scheme, locale, reducedMotion: 'reduce' });
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
  await page.goto(server.url + path);
  await page.locator('input[name=email]').fill(email);
  await page.locator('input[name=password]').fill(password);
  await page.locator('form button').click();
  await page.waitForURL((url) => url.pathname.startsWith('/console/') && !url.search.includes('code='));
  await page.locator('main').waitFor();
  return { page, faults };
}

/** WCAG 2.2 A and AA, as far as a program can tell. */
export async function expectAccessible(page: Page): Promise<void> {
  // Injected by the browser's own debugger, which the page's policy does not bind.
  await page.evaluate(AXE);
  const violations: string[] = await page.evaluate(`axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] })
    .then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html.slice(0, 200)).join(' | ')))`);
  if (violations.length > 0) throw new Error(`${page.url()} cannot be used by everybody:\n  ${violations.join('\n  ')}`);
}
