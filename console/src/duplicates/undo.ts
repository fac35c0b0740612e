// Taking back what was decided last, for as long as the screen is open. A merge can be taken back later, too: by the page of
// the contact that came of it, or among the pairs that were merged.
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../api/api.ts';
import { notify } from '../frame/notify.ts';
import { type TextKey, useText } from '../language/language.tsx';

interface Decision {
  /** The contact that came of a merge; none where the pair was dismissed. */
  contactId?: string;
  duplicateId: string | undefined;
}

export interface Undo {
  last: (() => void) | undefined;
  /** What it does. */
  text: TextKey;
  decided(decision: Decision): void;
}

export function useUndo(): Undo {
  const t = useText();
  const queries = useQueryClient();
  const [decision, setDecision] = useState<Decision>();
  const undo = async () => {
    if (!decision) return;
    setDecision(undefined);
    try {
      const { contactId, duplicateId } = decision;
      if (contactId !== undefined) await unmerge(contactId);
      if (duplicateId !== undefined) await reopen(duplicateId);
      notify({ message: t(contactId === undefined ? 'duplicates.undone' : 'merge.undone') });
    } catch (error) {
      notify({ color: 'red', message: error instanceof Error ? error.message : String(error) });
    }
    await Promise.all([['duplicates'], ['contacts'], ['contact']].map((queryKey) => queries.invalidateQueries({ queryKey })));
  };
  return { last: decision && undo, text: decision?.contactId === undefined ? 'duplicates.undo' : 'merge.undo', decided: setDecision };
}

export const unmerge = (contactId: string) => api.POST('/liaison/v1/contacts/{contactId}/unmerge', { params: { path: { contactId } } });
export const reopen = (duplicateId: string) => api.POST('/liaison/v1/duplicates/{duplicateId}/reopen', { params: { path: { duplicateId } } });
