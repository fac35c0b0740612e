import { describe, expect, it } from 'vitest';
import { createPrecedence } from './precedence.ts';
import type { Task } from './task.ts';

const never = new AbortController().signal;

function taskThat(run: Task['run'], background = false): Task {
  return { name: 'task', background, hasWork: async () => true, run };
}
const untilAborted = (signal: AbortSignal) => new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));

describe('tasks of the jobs', () => {
  it('are told to end where they are in the background and another begins', async () => {
    const precedence = createPrecedence();
    const running = precedence.run(taskThat(untilAborted, true), never);
    await precedence.run(
      taskThat(async () => undefined),
      never,
    );
    await running;
  });

  it('in the background wait until all others have ended, however these end', async () => {
    const precedence = createPrecedence();
    const background = taskThat(async (signal) => expect(signal.aborted).toBe(false), true);
    const ends = [Promise.withResolvers<void>(), Promise.withResolvers<void>()] as const;
    const others = ends.map(({ promise }) =>
      precedence.run(
        taskThat(() => promise),
        never,
      ),
    );
    ends[0].resolve();
    await others[0];
    expect(precedence.mayRun(background)).toBe(false);
    expect(precedence.mayRun(taskThat(async () => undefined))).toBe(true);
    ends[1].reject(new Error('it failed'));
    await expect(others[1]).rejects.toThrow('it failed');
    expect(precedence.mayRun(background)).toBe(true);
    await precedence.run(background, never);
  });

  it('end with the thread, in the background or not', async () => {
    const precedence = createPrecedence();
    const thread = new AbortController();
    const running = [precedence.run(taskThat(untilAborted, true), thread.signal), precedence.run(taskThat(untilAborted), thread.signal)];
    thread.abort();
    await Promise.all(running);
  });
});
