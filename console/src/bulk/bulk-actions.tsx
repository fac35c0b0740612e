// What can be done to all that is selected, be it a few rows or everything that matches, read or not.
import { Button, Group, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Suspense, useState } from 'react';
import type { Filter } from '../filter/filter.ts';
import { lazily } from '../frame/lazily.tsx';
import { Refused } from '../frame/refused.tsx';
import type { Selected } from '../grid/selection.ts';
import { useText } from '../language/language.tsx';
import { type Kind, PERMISSIONS } from '../record/record.ts';
import { useMay } from '../session/session.ts';
import { settingsQuery } from '../settings/queries.ts';
import { type Act, type BulkJob, bulkJobQuery, startJob, type Which } from './queries.ts';

interface BulkActionsProps {
  kind: Kind;
  selection: Selected;
  /** How many match, where that is known. */
  total: number | undefined;
  /** What the table asks for: all of it is meant when everything is selected. */
  q: string | undefined;
  filter: Filter | undefined;
}

const BulkDialog = lazily(() => import('./bulk-dialog.tsx'));

const MERGE_MAX = 25;
/** Values of one condition, by which an export is told of records. */
const EXPORT_MAX = 100;

export default function BulkActions({ kind, selection, total, q, filter }: BulkActionsProps) {
  const t = useText();
  const may = useMay();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [dialog, setDialog] = useState<{ act: Act; jobId?: string }>();
  const { ids, everything, all } = selection;
  const which = whichOf(kind, selection, q, filter);
  const started = (job: BulkJob) => {
    queries.setQueryData(bulkJobQuery(job.id).queryKey, job);
    setDialog({ act: job.act, jobId: job.id });
  };
  const starting = useMutation({ mutationFn: () => startJob(which, { act: 'delete' }), onSuccess: started });
  const settings = useQuery({ ...settingsQuery, enabled: kind === 'contact' && may('liaison:settings:view') });
  const edits = may(...PERMISSIONS[kind].edit);
  const exported = everything ? filter : { field: 'id', in: [...ids] };
  return (
    <>
      <Group gap="xs" role="toolbar" aria-label={t('bulk.title')}>
        <Text size="sm" fw={600} aria-live="polite">
          {everything ? (total === undefined ? t('bulk.everything') : t('bulk.everything.count', { count: total })) : t('bulk.selected', { count: ids.length })}
        </Text>
        {all && !everything && (
          <Button size="compact-xs" variant="subtle" onClick={selection.selectEverything}>
            {total === undefined ? t('bulk.selectEverything') : t('bulk.selectEverything.count', { count: total })}
          </Button>
        )}
        {edits && (
          <Button size="compact-xs" variant="light" onClick={() => setDialog({ act: 'edit' })}>
            {t('bulk.act.edit')}
          </Button>
        )}
        {edits && kind === 'contact' && settings.data?.divisionMoves !== false && (
          <Button size="compact-xs" variant="light" onClick={() => setDialog({ act: 'move' })}>
            {t('bulk.act.move')}
          </Button>
        )}
        {kind === 'contact' && !everything && ids.length > 1 && ids.length <= MERGE_MAX && may('externalContacts:identity:merge') && (
          <Button size="compact-xs" variant="light" onClick={() => navigate({ to: '/merge' as never, search: { ids: ids.join(',') } as never })}>
            {t('bulk.merge')}
          </Button>
        )}
        {(everything ? !q : ids.length <= EXPORT_MAX) && may('externalContacts:export:add') && (
          <Button
            size="compact-xs"
            variant="light"
            onClick={() => navigate({ to: '/exports' as never, search: { kind, ...(exported ? { filter: exported } : {}) } as never })}
          >
            {t('bulk.export')}
          </Button>
        )}
        {may(...PERMISSIONS[kind].delete) && (
          <Button size="compact-xs" variant="light" color="red" loading={starting.isPending} onClick={() => starting.mutate()}>
            {t('action.delete')}
          </Button>
        )}
        {kind === 'contact' && !settings.data?.erasureApprovalDays && may('liaison:subject:erase') && (
          <Button size="compact-xs" variant="light" color="red" onClick={() => setDialog({ act: 'erase' })}>
            {t('bulk.act.erase')}
          </Button>
        )}
        <Button size="compact-xs" variant="subtle" onClick={selection.clear}>
          {t('bulk.clear')}
        </Button>
      </Group>
      <Refused error={starting.error} />
      <Suspense>{dialog && <BulkDialog which={which} {...dialog} started={started} close={() => setDialog(undefined)} done={selection.clear} />}</Suspense>
    </>
  );
}

function whichOf(kind: Kind, { everything, ids }: Selected, q: string | undefined, filter: Filter | undefined): Which {
  if (!everything) return { kind, ids: [...ids] };
  if (!q && !filter) return { kind, everything: true };
  return { kind, search: { ...(q ? { q } : {}), ...(filter ? { filter } : {}) } as NonNullable<Which['search']> };
}
