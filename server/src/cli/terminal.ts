// What a person sees while work goes on. All of it is written to standard error, so that standard output has results only.
import { createInterface } from 'node:readline/promises';
import { Failure } from './api.ts';

export const say = (text: string): void => void process.stderr.write(`${text}\n`);

/** Whether there is somebody who can be asked. */
export const isInteractive = (): boolean => Boolean(process.stdin.isTTY && process.stderr.isTTY);

/** @throws Failure where there is no answer, as with Ctrl-D */
export async function ask(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  // Ctrl-C is the same here as everywhere else.
  lines.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  try {
    const closed = new Promise<never>((_, reject) => lines.once('close', () => reject(new Failure('There was no answer.'))));
    return (await Promise.race([lines.question(question), closed])).trim();
  } finally {
    lines.close();
  }
}

/** While `work` is done, Ctrl-C says what becomes of it and ends the command; 130 is what shells expect. */
export async function interruptible<T>(sentence: string, work: () => Promise<T>): Promise<T> {
  const leave = () => {
    say(`\n${sentence}`);
    process.exit(130);
  };
  process.once('SIGINT', leave);
  try {
    return await work();
  } finally {
    process.off('SIGINT', leave);
  }
}

export interface Standing {
  /** Such as "Importing". */
  what: string;
  done: number;
  total: number;
  unit: 'rows' | 'bytes';
  perSecond?: number | undefined;
  secondsLeft?: number | undefined;
}

export interface Progress {
  show(standing: Standing): void;
  /** Before anything else is said. */
  end(): void;
}

/** A bar that grows on a terminal; elsewhere, such as in a log, a line for every tenth. */
export function createProgress(out: { isTTY?: boolean | undefined; columns?: number | undefined; write(text: string): unknown } = process.stderr): Progress {
  let drawn = false;
  let told = '';
  const end = () => {
    if (drawn) out.write('\n');
    drawn = false;
  };
  return {
    show(standing) {
      if (out.isTTY) {
        if (told !== standing.what) end();
        out.write(`\r\x1b[2K${barOf(standing, out.columns || 80)}`);
        drawn = true;
        told = standing.what;
        return;
      }
      const tenth = `${standing.what} ${Math.floor(10 * shareOf(standing))}`;
      if (tenth !== told) out.write(`${lineOf(standing)}\n`);
      told = tenth;
    },
    end,
  };
}

const BAR = 20;

function barOf(standing: Standing, columns: number): string {
  const full = Math.round(BAR * shareOf(standing));
  return `[${'#'.repeat(full)}${'-'.repeat(BAR - full)}] ${lineOf(standing)}`.slice(0, Math.max(20, columns - 1));
}

const shareOf = ({ done, total }: Standing): number => (total > 0 ? Math.min(1, done / total) : 1);

/** Where the line is cut off because the terminal is narrow, the speed goes first. */
function lineOf(standing: Standing): string {
  const { what, done, total, unit, perSecond, secondsLeft } = standing;
  const amounts = unit === 'bytes' ? `${megabytes(done)} of ${megabytes(total)} MB` : `${count(done)} of ${count(total)} rows`;
  const pace = perSecond === undefined ? '' : `, ${count(perSecond)} a second`;
  const rest = secondsLeft === undefined || done >= total ? '' : `, ${duration(secondsLeft)} left`;
  return `${what} ${Math.floor(100 * shareOf(standing))} %${rest}, ${amounts}${pace}`;
}

export const count = (number: number): string => number.toLocaleString('en');
const megabytes = (bytes: number): string => (bytes / 1_000_000).toFixed(1);
const duration = (seconds: number): string =>
  seconds < 90 ? `${seconds} s` : seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
