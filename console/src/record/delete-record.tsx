// The way out of the directory, after a question.
import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { titleOf } from '../duplicates/title.ts';
import { modals } from '../frame/confirm.tsx';
import { useText } from '../language/language.tsx';
import { withoutEmpty } from '../list/address.ts';
import { useMay } from '../session/session.ts';
import { type Kind, PERMISSIONS, recordQuery, remove } from './record.ts';

export function DeleteRecord({ kind, id }: { kind: Kind; id: string }) {
  const t = useText();
  const may = useMay();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const search = useSearch({ strict: false });
  if (!may(...PERMISSIONS[kind].delete)) return null;
  const ask = () => {
    const { body } = queries.getQueryData(recordQuery(kind, id).queryKey) ?? {};
    modals.confirm({
      title: t('record.delete', { name: (body && titleOf(kind, body)) || t('contacts.nameless') }),
      text: t(`${kind}s.delete.hint`),
      confirm: t('action.delete'),
      act: async () => {
        await remove(kind, id);
        await queries.invalidateQueries({ queryKey: [`${kind}s`] });
        // In a panel at the side it is the table that is gone back to, as it was.
        await navigate({ to: `/${kind}s`, search: (old: object) => withoutEmpty({ ...old, open: undefined }), replace: 'open' in search } as never);
        queries.removeQueries({ queryKey: [kind, id] });
      },
    });
  };
  return (
    <Button size="compact-xs" variant="subtle" color="red" onClick={ask}>
      {t('action.delete')}
    </Button>
  );
}
