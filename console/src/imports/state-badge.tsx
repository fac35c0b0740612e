// The state of a job in a word; its colour only repeats the word.
import { Badge } from '@mantine/core';
import { useText } from '../language/language.tsx';
import type { Import } from './queries.ts';

type State = Pick<Import, 'status' | 'executionStep'> & { undo?: Import['undo'] };
export type StateName = 'Created' | 'Checking' | 'Waiting' | 'Importing' | 'Completed' | 'Failed' | 'Cancelled' | 'Undoing' | 'Undone';

export function stateOf({ status, executionStep, undo }: State): StateName {
  if (undo?.status === 'Running') return 'Undoing';
  if (undo?.status === 'Completed') return 'Undone';
  if (status !== 'Running') return status;
  return { Validating: 'Checking', Validated: 'Waiting', Importing: 'Importing' }[executionStep] as StateName;
}

const COLORS: Partial<Record<StateName, string>> = { Completed: 'teal', Failed: 'red', Cancelled: 'gray', Undone: 'gray', Waiting: 'orange' };

export function StateBadge({ job }: { job: State }) {
  const t = useText();
  const state = stateOf(job);
  return (
    <Badge variant="light" color={COLORS[state] ?? 'indigo'}>
      {t(`imports.state.${state}`)}
    </Badge>
  );
}
