// A question before something that cannot be taken back; for the weightiest, a word to type.
import { Suspense, useSyncExternalStore } from 'react';
import { lazily } from './lazily.tsx';

export interface Question {
  title: string;
  text: string;
  /** On the button that does it. */
  confirm: string;
  act: () => Promise<unknown>;
  /** Where it is not done. */
  left?: () => unknown;
  /** What has to be typed first. */
  typed?: string;
}

let question: Question | undefined;
const listeners = new Set<() => void>();
function ask(next: Question | undefined): void {
  question = next;
  for (const told of listeners) told();
}

export const modals = { confirm: ask };

const AskFirst = lazily(() => import('./question.tsx'));

/** What is asked at the moment: what stands behind it does not close by the same key. */
export const useQuestion = (): Question | undefined =>
  useSyncExternalStore(
    (told) => {
      listeners.add(told);
      return () => listeners.delete(told);
    },
    () => question,
  );

/** Stands once, in the frame. */
export function Confirm() {
  const current = useQuestion();
  return <Suspense>{current && <AskFirst key={current.title} question={current} close={() => ask(undefined)} />}</Suspense>;
}
