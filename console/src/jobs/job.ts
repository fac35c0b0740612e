// What goes on in the background, of whatever kind, in one shape.
import type { UseQueryOptions } from '@tanstack/react-query';
import type { TextKey, useText } from '../language/language.tsx';

export const STATES = ['waiting', 'running', 'completed', 'failed', 'cancelled'] as const;
export type State = (typeof STATES)[number];

export interface Job {
  id: string;
  state: State;
  /** What it is about. */
  name: string;
  /** Where more of it is shown. */
  to?: string;
  /** How much of it is done, from 0 to 1, while it runs and that is known. */
  share?: number | undefined;
  /** Records that it has dealt with. */
  count?: number | undefined;
  /** Why it failed. */
  details?: string | undefined;
  created: string;
  acts: readonly Act[];
}

/** What can be done to a job: something that is asked of the server, or a file of which a new link is asked for. */
export type Act = { text: TextKey; permissions: readonly string[] } & ({ ask(): Promise<unknown> } | { link(): Promise<string | undefined> });

export interface JobKind<T> {
  text: TextKey;
  /** Any of these lets one see them. */
  permissions: readonly string[];
  query: UseQueryOptions<T>;
  jobsOf(read: T, t: ReturnType<typeof useText>): Job[];
}
