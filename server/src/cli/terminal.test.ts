// How far it is, as it is shown: on a terminal, and in a log.
import { expect, it } from 'vitest';
import { createProgress } from './terminal.ts';

const standing = (done: number) => ({ what: 'Importing', done, total: 2000, unit: 'rows' as const, perSecond: 1500, secondsLeft: 100 });

function shown(isTTY: boolean, ...standings: ReturnType<typeof standing>[]): string {
  let text = '';
  const progress = createProgress({ isTTY, columns: 100, write: (more) => (text += more) });
  for (const one of standings) progress.show(one);
  progress.end();
  return text;
}

it('is a bar that grows, in one line', () => {
  expect(shown(true, standing(500), standing(2000))).toBe(
    '\r\x1b[2K[#####---------------] Importing 25 %, 2 min left, 500 of 2,000 rows, 1,500 a second' +
      '\r\x1b[2K[####################] Importing 100 %, 2,000 of 2,000 rows, 1,500 a second\n',
  );
});

it('is a line for every tenth in a log', () => {
  const text = shown(false, ...Array.from({ length: 2001 }, (_, i) => standing(i)));
  expect(text.trim().split('\n')).toHaveLength(11);
  expect(text).not.toContain('\r');
});
