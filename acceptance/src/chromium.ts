// A real browser: the Chromium of the machine, without a window.
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/snap/bin/chromium',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** @throws where there is none, saying what to install */
export async function launchChromium(): Promise<Browser> {
  const executablePath = [process.env.CHROMIUM, ...PLACES].find((path) => path !== undefined && path !== '' && existsSync(path));
  if (executablePath === undefined)
    throw new Error('The browser tests need Chromium: install it ("apt-get install chromium" on Debian), or set CHROMIUM to the path of a Chromium or Chrome.');
  // As root, and in containers, its own sandbox does not start; it sees nothing here but the pages of these tests.
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}
