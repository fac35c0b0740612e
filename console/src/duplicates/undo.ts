// Taking back the merge that was made last, for as long as the screen is open.

import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../api/api.ts';
import { notify } from '../frame/notify.ts';
import { useText } from '../language/language.tsx';

export interface Undo {
  last: (() => void) | undefined;
  merged(contactId: string, duplicateId: string | undefined): void;
}

export function useUndo(): Undo {
  const t = useText();
  const queries = useQueryClient();
  const [merged, setMerged] = useState<{ contactId: string; duplicateId: string | undefined }>();
  const undo = async () => {
    if (!merged) return;
    setMerged(undefined);
    try {
      await api.POST('/liaison/v1/contacts/{contactId}/unmerge', { params: { path: { contactId: merged.contactId } } });
      if (merged.duplicateId !== undefined)
        await api.POST('/liaison/v1/duplicates/{duplicateId}/reopen', { params: { path: { duplicateId: merged.duplicateId } } });
      notify({ message: t('merge.undone') });
    } catch (error) {
      notify({ color: 'red', message: error instanceof Error ? error.message : String(error) });
    }
    await Promise.all([['duplicates'], ['contacts'], ['contact']].map((queryKey) => queries.invalidateQueries({ queryKey })));
  };
  return { last: merged && undo, merged: (contactId, duplicateId) => setMerged({ contactId, duplicateId }) };
}
