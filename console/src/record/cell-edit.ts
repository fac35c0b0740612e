// Editing a cell of a table: the record is read anew before it is saved, so that what the table does not show is
// not lost, and what somebody else has written there meanwhile is shown before it is.
import { useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import type { Column } from '../grid/columns.ts';
import { useText } from '../language/language.tsx';
import { useMay } from '../session/session.ts';
import { type Kind, PERMISSIONS, type RecordBody, recordQuery, save, valueAt, withValue } from './record.ts';

type Edit<T> = Pick<Column<T>, 'edit'>;

/** @returns what makes a column editable; nothing for who may not edit */
export function useCellEdit(kind: Kind): <T extends { id?: string }>(path: string, type?: 'text' | 'email' | 'tel') => Edit<T> {
  const may = useMay()(...PERMISSIONS[kind].edit);
  const queries = useQueryClient();
  const t = useText();
  return useCallback(
    (path, type = 'text') => {
      if (!may) return {};
      const shown = (record: unknown) => String(valueAt(record, path) ?? '');
      return {
        edit: {
          type,
          value: shown,
          save: async (row, value) => {
            const stored = await queries.fetchQuery({ ...recordQuery(kind, row.id ?? ''), staleTime: 0 });
            if (shown(stored.body) !== shown(row)) {
              // The table comes to show it, and who saves then has seen it.
              await queries.invalidateQueries({ queryKey: [`${kind}s`] });
              throw new Error(t('record.overtaken.cell', { theirs: shown(stored.body) || '—' }));
            }
            await save(kind, { ...stored, body: withValue(stored.body, path, value) as RecordBody });
            await queries.invalidateQueries({ queryKey: [`${kind}s`] });
          },
        },
      };
    },
    [may, queries, kind, t],
  );
}
