// What can be done to all that is selected, be it a few rows or everything that matches, read or not.
import { Button, Group, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { api, body } from '../api/api.ts';
import type { Schema } from '../api/schema.ts';
import { modals } from '../frame/confirm.tsx';
import { notify } from '../frame/notify.ts';
import type { Selected } from '../grid/selection.ts';
import { useText } from '../language/language.tsx';
import { type Kind, PERMISSIONS } from '../record/record.ts';
import { useMay } from '../session/session.ts';
import { allIds, inBulk } from './ids.ts';

interface BulkActionsProps {
  kind: Kind;
  selection: Selected;
  /** What the table asks for: all of it is meant when everything is selected. */
  question: Omit<Schema['ContactSearch'], 'cursor' | 'limit'>;
}

const MERGE_MAX = 25;

export function BulkActions({ kind, selection, question }: BulkActionsProps) {
  const t = useText();
  const may = useMay();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { ids, everything, all } = selection;
  const removeAll = async () => {
    let done = 0;
    let failed = 0;
    const whole = everything ? await allIds(kind, question) : ids;
    for await (const results of inBulk(whole, (entities) => call(kind, entities))) {
      done += results.filter(({ success }) => success).length;
      failed += results.filter(({ success }) => !success).length;
    }
    selection.clear();
    await queries.invalidateQueries({ queryKey: [`${kind}s`] });
    notify({ message: t('bulk.deleted', { done, failed }), ...(failed > 0 ? { color: 'orange' } : {}) });
  };
  return (
    <Group gap="xs" role="toolbar" aria-label={t('bulk.title')}>
      <Text size="sm" fw={600} aria-live="polite">
        {everything ? t('bulk.everything') : t('bulk.selected', { count: ids.length })}
      </Text>
      {all && !everything && (
        <Button size="compact-xs" variant="subtle" onClick={selection.selectEverything}>
          {t('bulk.selectEverything')}
        </Button>
      )}
      {kind === 'contact' && !everything && ids.length > 1 && ids.length <= MERGE_MAX && may('externalContacts:identity:merge') && (
        <Button size="compact-xs" variant="light" onClick={() => navigate({ to: '/merge' as never, search: { ids: ids.join(',') } as never })}>
          {t('bulk.merge')}
        </Button>
      )}
      {may(...PERMISSIONS[kind].delete) && (
        <Button
          size="compact-xs"
          variant="light"
          color="red"
          onClick={() =>
            modals.confirm({
              title: t('bulk.delete.title'),
              text: everything ? t('bulk.delete.everything') : t('bulk.delete.some', { count: ids.length }),
              confirm: t('action.delete'),
              act: removeAll,
              ...(everything ? { typed: t('bulk.delete.word') } : {}),
            })
          }
        >
          {t('action.delete')}
        </Button>
      )}
      <Button size="compact-xs" variant="subtle" onClick={selection.clear}>
        {t('bulk.clear')}
      </Button>
    </Group>
  );
}

async function call(kind: Kind, ids: string[]): Promise<{ success?: boolean }[]> {
  const path = kind === 'contact' ? '/api/v2/externalcontacts/bulk/contacts/remove' : '/api/v2/externalcontacts/bulk/organizations/remove';
  const { results = [] } = await body(api.POST(path, { body: { entities: ids.map((id) => ({ id })) } }));
  return results as { success?: boolean }[];
}
