// Taking back a whole import, and what came of it.
import { Alert, Anchor, Button, Stack, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api } from '../api/api.ts';
import { modals } from '../frame/confirm.tsx';
import { Fact, Facts } from '../frame/fact.tsx';
import { useText } from '../language/language.tsx';
import { type Import, importQuery } from './queries.ts';
import { firstLeft } from './rejects.ts';

export function UndoButton({ job: { id, rows } }: { job: Import }) {
  const t = useText();
  const queries = useQueryClient();
  const ask = () =>
    modals.confirm({
      title: t('imports.undo.title'),
      text: t('imports.undo.text', { created: rows.created, changed: rows.updated + rows.merged }),
      confirm: t('imports.undo.confirm'),
      act: async () => {
        await api.POST('/liaison/v1/imports/{jobId}/undo', { params: { path: { jobId: id } } });
        await queries.invalidateQueries({ queryKey: importQuery(id).queryKey });
      },
    });
  return (
    <Button variant="default" onClick={ask}>
      {t('imports.undo')}
    </Button>
  );
}

const LISTED = 20;

export function UndoAnswer({ jobId, undo }: { jobId: string; undo: NonNullable<Import['undo']> }) {
  const t = useText();
  const left = useQuery({
    queryKey: ['refused', jobId, 'undo', undo.left],
    enabled: undo.status !== 'Running' && undo.left > 0,
    queryFn: () => firstLeft(jobId, LISTED),
  });
  return (
    <Alert variant="light" color={undo.status === 'Failed' ? 'red' : undo.left > 0 ? 'orange' : 'teal'} title={t(`imports.undo.${undo.status}`)} role="status">
      <Stack gap="sm">
        {undo.statusDetails && <Text size="sm">{undo.statusDetails}</Text>}
        <Facts label={t('imports.undo.answer')}>
          <Fact label={t('imports.undo.deleted')} value={undo.deleted} />
          <Fact label={t('imports.undo.restored')} value={undo.restored} />
          <Fact label={t('imports.undo.unmerged')} value={undo.unmerged} />
          <Fact label={t('imports.undo.left')} value={undo.left} />
        </Facts>
        {left.data?.map(({ kind, id, name, reason }) => (
          <Text key={`${id} ${reason}`} size="sm">
            <Anchor component={Link} to={`/${kind}s/${id}` as never} inherit>
              {name || id}
            </Anchor>
            {`: ${reason}`}
          </Text>
        ))}
        {undo.left > LISTED && <Text size="sm">{t('imports.undo.more', { count: undo.left - LISTED })}</Text>}
      </Stack>
    </Alert>
  );
}
