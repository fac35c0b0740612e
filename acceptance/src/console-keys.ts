// Hands that have a keyboard and nothing else, with an eye on the focus: wherever Tab leads, what has it must be in the
// window and under nothing else, neither a header that stays nor a notice (WCAG 2.1.1, 2.4.7, 2.4.11).
import type { Locator, Page } from 'playwright-core';

/** More stops than the longest screen has. */
const STOPS_MAX = 400;
const OPTIONS_MAX = 60;

export interface Keys {
  /** Keys one after the other, as the browser names them. */
  press(...keys: string[]): Promise<void>;
  /** Tabs until the element has the focus. */
  to(element: Locator): Promise<void>;
  /** Tabs until the focus comes round. */
  walk(): Promise<void>;
  push(button: Locator): Promise<void>;
  /** Over what is in the field. */
  write(field: Locator, text: string): Promise<void>;
  /** In the menu that is open. */
  pick(item: Locator): Promise<void>;
  /** Ticks, or takes the tick away. */
  tick(box: Locator): Promise<void>;
  /** From the list of a field, by its name, which is typed first where the field takes text. */
  choose(field: Locator, option: string): Promise<void>;
}

export function keysOf(page: Page): Keys {
  const press = async (...keys: string[]) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  const to = async (element: Locator) => {
    await element.waitFor();
    for (let stops = 0; !(await hasFocus(element)); stops += 1) {
      if (stops === STOPS_MAX) throw new Error(`Tab does not lead to ${element}`);
      await press('Tab');
      await expectFocusSeen(page);
    }
  };
  return {
    press,
    to,
    walk: async () => {
      await press('Tab');
      await page.evaluate('window.first = document.activeElement');
      for (let stops = 0; stops < STOPS_MAX; stops += 1) {
        await press('Tab');
        const [seen, round] = await page.evaluate<[boolean, boolean]>(`[${HIDDEN} === null, [window.first, document.body].includes(document.activeElement)]`);
        if (!seen) await expectFocusSeen(page);
        if (round) return;
      }
      throw new Error(`${page.url()}: the focus does not come round`);
    },
    push: async (button) => {
      await to(button);
      await press('Enter');
    },
    write: async (field, text) => {
      await to(field);
      await press('Control+a');
      await page.keyboard.type(text);
    },
    pick: async (item) => {
      await item.waitFor();
      for (let at = 0; !(await hasFocus(item)); at += 1) {
        if (at === OPTIONS_MAX) throw new Error(`the arrow keys do not lead to ${item}`);
        await press('ArrowDown');
        await expectFocusSeen(page);
      }
      await press('Enter');
    },
    tick: async (box) => {
      await to(box);
      await press('Space');
    },
    choose: async (field, option) => {
      await to(field);
      if (await field.isEditable()) {
        await press('Control+a');
        await page.keyboard.type(option);
      } else await press('Enter');
      const offered = page.getByRole('option').filter({ has: page.getByText(option, { exact: true }) });
      await offered.first().waitFor();
      for (let at = 0; (await offered.first().getAttribute('data-combobox-selected')) === null; at += 1) {
        if (at === OPTIONS_MAX) throw new Error(`the arrow keys do not lead to ${option}`);
        await press('ArrowDown');
      }
      await press('Enter');
    },
  };
}

const hasFocus = (element: Locator): Promise<boolean> => element.evaluate((one) => one === one.ownerDocument.activeElement);

/** In a grid it is the cell that the keys are in; a switch and its like are drawn by their label. */
const HIDDEN = `(() => {
  const focused = document.activeElement;
  if (!focused || focused === document.body) return null;
  const active = document.getElementById(focused.getAttribute('aria-activedescendant') ?? '') ?? focused;
  const own = active.getBoundingClientRect();
  const drawn = (own.width > 2 && own.height > 2) || !active.labels?.length ? active : active.labels[0];
  const { left, top, right, bottom } = drawn.getBoundingClientRect();
  const seen = { left: Math.max(0, left), top: Math.max(0, top), right: Math.min(innerWidth, right), bottom: Math.min(innerHeight, bottom) };
  const name = focused.getAttribute('aria-label') || focused.textContent?.trim().slice(0, 40) || focused.name || focused.outerHTML.slice(0, 120);
  if (seen.right - seen.left < 2 || seen.bottom - seen.top < 2) return '“' + name + '” has the focus outside of the window';
  const x = (seen.left + seen.right) / 2;
  for (const share of [0.25, 0.5, 0.75]) {
    const over = document.elementFromPoint(x, seen.top + share * (seen.bottom - seen.top));
    if (!drawn.contains(over)) return '“' + name + '” has the focus under ' + (over?.outerHTML.slice(0, 160) ?? 'nothing');
  }
  return null;
})()`;

/** What lies over it has two frames to get out of the way. */
export async function expectFocusSeen(page: Page): Promise<void> {
  const fault =
    (await page.evaluate<string | null>(HIDDEN)) &&
    (await page.evaluate<string | null>(`new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))).then(() => ${HIDDEN})`));
  if (fault !== null) throw new Error(`${page.url()}: ${fault}`);
}
