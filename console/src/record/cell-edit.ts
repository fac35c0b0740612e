// Editing a cell of a table: the record is read anew before it is saved, so that what the table does not show is not lost.
import { useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import type { Column } from '../grid/columns.ts';
import { useMay } from '../session/session.ts';
import { type Kind, PERMISSIONS, type RecordBody, recordQuery, save, valueAt, withValue } from './record.ts';

type Edit<T> = Pick<Column<T>, 'edit'>;

/** @returns what makes a column editable; nothing for who may not edit */
export function useCellEdit(kind: Kind): <T extends { id?: string }>(path: string, type?: 'text' | 'email' | 'tel') => Edit<T> {
  const may = useMay()(...PERMISSIONS[kind].edit);
  const queries = useQueryClient();
  return useCallback(
    (path, type = 'text') => {
      if (!may) return {};
      return {
        edit: {
          type,
          value: (row) => String(valueAt(row, path) ?? ''),
          save: async (row, value) => {
            const stored = await queries.fetchQuery({ ...recordQuery(kind, row.id ?? ''), staleTime: 0 });
            await save(kind, { ...stored, body: withValue(stored.body, path, value) as RecordBody });
            await queries.invalidateQueries({ queryKey: [`${kind}s`] });
          },
        },
      };
    },
    [may, queries, kind],
  );
}
