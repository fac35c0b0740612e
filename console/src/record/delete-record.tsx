// The way out of the directory, after a question.
import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { modals } from '../frame/confirm.tsx';
import { useText } from '../language/language.tsx';
import { useMay } from '../session/session.ts';
import { type Kind, PERMISSIONS, remove } from './record.ts';

export function DeleteRecord({ kind, id }: { kind: Kind; id: string }) {
  const t = useText();
  const may = useMay();
  const queries = useQueryClient();
  const navigate = useNavigate();
  if (!may(...PERMISSIONS[kind].delete)) return null;
  const ask = () =>
    modals.confirm({
      title: t('record.delete'),
      text: t(`${kind}s.delete.hint`),
      confirm: t('action.delete'),
      act: async () => {
        await remove(kind, id);
        await queries.invalidateQueries({ queryKey: [`${kind}s`] });
        await navigate({ to: `/${kind}s` });
      },
    });
  return (
    <Button size="compact-xs" variant="subtle" color="red" onClick={ask}>
      {t('action.delete')}
    </Button>
  );
}
