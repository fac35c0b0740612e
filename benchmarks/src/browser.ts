// The console in Chromium over many contacts: `npm run bench -- browser 1000000`, after `npm run build`. Times are the
// page's own, of fresh pages on a machine that does nothing else.
import type { Page } from 'playwright-core';
import { launchChromium } from '../../acceptance/src/chromium.ts';
import { openConsole } from '../../acceptance/src/console-browser.ts';
import { type FirstRows, firstRows, quickSearch, scrollDown } from '../../acceptance/src/console-pace.ts';
import { ensureLoaded } from './load.ts';
import { median } from './measure.ts';
import { createPeople } from './people.ts';
import { startOurs } from './servers.ts';

const AFTER_ANSWER_MS_MAX = 300;
const ROWS_MAX = 400;
/** Of the search by Ctrl K, its answers included. */
const SEARCH_MS_MAX = 100;
const PAGES = 7;
const SCREENS = 300;
const SEARCHES = 60;

/** @returns whether all is within its bounds */
export async function benchBrowser(contacts: number): Promise<boolean> {
  const [server, browser] = [await startOurs(await ensureLoaded(contacts)), await launchChromium()];
  try {
    const { page } = await openConsole(server, browser, '/console/organizations');
    const opened: FirstRows[] = [];
    for (let i = 0; i < PAGES; i += 1) opened.push(await firstRows(page, `${server.url}/console/contacts`));
    const of = (name: keyof FirstRows) => median(opened.map((one) => one[name]));
    const { most, last } = await scrollDown(page, SCREENS);
    const searches = await search(page, contacts);
    const p95 = (name: 'shownMs' | 'answerMs') => searches.map((one) => one[name]).sort((a, b) => a - b)[Math.floor(searches.length * 0.95)] ?? Number.NaN;
    const bounds = [
      told('first rows after the answer (median)', of('afterAnswerMs'), AFTER_ANSWER_MS_MAX, 'ms'),
      told(`rows in the page, scrolled to row ${last}`, most, ROWS_MAX, 'rows'),
      told('Ctrl K, last letter to hits (p95)', p95('shownMs'), SEARCH_MS_MAX, 'ms'),
    ];
    console.log(`the answer itself, from the page's start: ${of('answeredMs').toFixed(0)} ms; rows from there on: ${of('shownMs').toFixed(0)} ms`);
    console.log(`the answers that Ctrl K waits for: p95 ${p95('answerMs').toFixed(0)} ms, after 30 ms in which no further letter came`);
    return bounds.every(Boolean);
  } finally {
    await browser.close();
    await server.stop({ keep: true });
  }
}

/** Names of people who are there, half of them by both names, none of them twice. */
async function search(page: Page, contacts: number): Promise<{ shownMs: number; answerMs: number }[]> {
  const people = createPeople(contacts);
  const names = Array.from({ length: SEARCHES }, (_, i) => {
    const { firstName = '', lastName = '' } = people.contact(Math.floor((i * contacts) / SEARCHES));
    return (i % 2 === 0 ? lastName : `${firstName} ${lastName}`).trim();
  });
  await page.keyboard.press('Control+k');
  const found = [];
  for (const name of new Set(names.filter((one) => one.length > 1))) found.push(await quickSearch(page, name));
  return found;
}

function told(what: string, value: number, most: number, unit: string): boolean {
  console.log(`${what.padEnd(44)} ${value.toFixed(0).padStart(6)} ${unit}${value > most ? `   > ${most}` : ''}`);
  return value <= most;
}
