// Dry runs: the work is done, and then undone, so that its answer is what it would be.
import type { Door } from '../db/database.ts';

/** @returns what the work returned, of which nothing is left */
export async function trial<T>(door: Door, work: (door: Door) => Promise<T>): Promise<T> {
  try {
    return await door.transaction(async (inner) => {
      throw new Undone(await work(inner));
    });
  } catch (error) {
    if (error instanceof Undone) return error.result as T;
    throw error;
  }
}

class Undone extends Error {
  readonly result: unknown;
  constructor(result: unknown) {
    super('a trial was undone');
    this.result = result;
  }
}
