// How the console keeps up with a large directory, measured in the page by its own clock: no driver stands in between.
import type { Page } from 'playwright-core';

const SEARCH = '/liaison/v1/contacts/search';

export interface FirstRows {
  /** From the page's start until the server had answered, until rows stood there, and between the two. */
  answeredMs: number;
  shownMs: number;
  afterAnswerMs: number;
}

/** Opens a table of contacts anew in a page that is signed in. */
export async function firstRows(page: Page, url: string): Promise<FirstRows> {
  await page.addInitScript(`window.shown = new Promise((shown) => {
    const seen = new MutationObserver(() => {
      if (!document.querySelector('[role=gridcell]')) return;
      seen.disconnect();
      // What stands in the page is seen with the next frame.
      requestAnimationFrame(() => setTimeout(() => shown(performance.now())));
    });
    seen.observe(document, { childList: true, subtree: true });
  })`);
  await page.goto(url);
  const [shownMs, answeredMs] = (await page.evaluate(
    `window.shown.then((ms) => [ms, performance.getEntriesByType('resource').find(({ name }) => name.endsWith('${SEARCH}')).responseEnd])`,
  )) as [number, number];
  return { answeredMs, shownMs, afterAnswerMs: shownMs - answeredMs };
}

/** Scrolls a table down by so many screens, reading on as it goes. @returns the most rows that stood in the page, and the last one's number */
export function scrollDown(page: Page, screens: number): Promise<{ most: number; last: number }> {
  return page.evaluate(`(async () => {
    const grid = document.querySelector('[role=grid]');
    const numbers = () => [...grid.querySelectorAll('[role=row]')].map((row) => Number(row.getAttribute('aria-rowindex')));
    const frame = () => new Promise((next) => requestAnimationFrame(next));
    let most = 0;
    for (let i = 0; i < ${screens}; i += 1) {
      const before = grid.scrollTop;
      grid.scrollTop += grid.clientHeight;
      await frame();
      await frame();
      most = Math.max(most, numbers().length);
      // At the end of what was read more is on its way.
      for (const since = performance.now(); grid.scrollTop === before && performance.now() - since < 5000; grid.scrollTop += grid.clientHeight) await frame();
    }
    return { most, last: Math.max(...numbers()) };
  })()`) as Promise<{ most: number; last: number }>;
}

/**
 * Types words into the search of Ctrl K, which is open; they are asked for the first time.
 * @returns from the last letter until hits for them stood there, and how long the server took for the slowest of its answers
 */
export async function quickSearch(page: Page, words: string): Promise<{ shownMs: number; answerMs: number }> {
  const field = page.getByRole('textbox', { name: 'Search' });
  await field.fill('');
  await page.evaluate(`{
    performance.clearResourceTimings();
    const asked = (url) => new URL(url).searchParams.get('q') === ${JSON.stringify(words)};
    const answers = () => performance.getEntriesByType('resource').filter(({ name, responseEnd }) => asked(name) && responseEnd > 0);
    window.found = new Promise((found) => {
      document.addEventListener('input', ({ timeStamp }) => {
        const look = () => {
          const said = answers();
          if (said.length < 2) return requestAnimationFrame(look);
          requestAnimationFrame(() => setTimeout(() => found({ shownMs: performance.now() - timeStamp, answerMs: Math.max(...said.map(({ duration }) => duration)) })));
        };
        look();
      }, { once: true, capture: true });
    });
    // What is promised is not waited for here.
    undefined;
  }`);
  await field.fill(words);
  return page.evaluate('window.found') as Promise<{ shownMs: number; answerMs: number }>;
}
