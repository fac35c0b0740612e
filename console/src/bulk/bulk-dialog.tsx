// The way of a bulk change on screen: what is wanted, how many records that is about, how far it is.
import { Anchor, Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { Refused } from '../frame/refused.tsx';
import { useReturnFocus } from '../frame/return-focus.ts';
import { Shown } from '../frame/states.tsx';
import { useText } from '../language/language.tsx';
import { Chooser } from '../list/chooser.tsx';
import { type Draft, EditDraft, useChanges } from './edit-draft.tsx';
import { BulkJobView } from './job.tsx';
import { type Act, type BulkJob, bulkJobQuery, commandJob, isOver, startJob, type Which, type Wish } from './queries.ts';

interface BulkDialogProps {
  which: Which;
  act: Act;
  /** Once it was started. */
  jobId?: string;
  started: (job: BulkJob) => void;
  close: () => void;
  /** What was selected is done. */
  done: () => void;
}

export default function BulkDialog({ which, act, jobId, started, close, done }: BulkDialogProps) {
  const t = useText();
  useReturnFocus();
  const queries = useQueryClient();
  // Who leaves before he has said yes wants none of it; who leaves afterwards finds it among the jobs.
  const leave = () => {
    const job = jobId === undefined ? undefined : queries.getQueryData(bulkJobQuery(jobId).queryKey);
    close();
    // One that cannot be reached goes no further by itself; one whose confirmation is under way is wanted.
    if ((job?.status === 'Counting' || job?.status === 'Counted') && queries.isMutating() === 0) commandJob(job.id, 'cancel').catch(() => {});
    if (job && (isOver(job) ? job.status === 'Completed' : job.status === 'Running')) done();
  };
  return (
    <Modal opened onClose={leave} title={t(`bulk.title.${act}`)} size="lg" closeButtonProps={{ 'aria-label': t('action.close') }}>
      {jobId === undefined ? <NewJob which={which} act={act} started={started} close={close} /> : <Followed jobId={jobId} close={leave} />}
    </Modal>
  );
}

function Followed({ jobId, close }: { jobId: string; close: () => void }) {
  const t = useText();
  const query = useQuery(bulkJobQuery(jobId));
  return (
    <Shown query={query}>
      {(job) => (
        <Stack>
          <BulkJobView job={job} />
          <Group justify="space-between">
            <Anchor size="sm" component={Link} to={'/bulk-jobs' as never}>
              {t('bulk.all')}
            </Anchor>
            <Button variant="default" size="xs" onClick={close}>
              {job.status === 'Counting' || job.status === 'Counted' ? t('action.cancel') : t('action.close')}
            </Button>
          </Group>
        </Stack>
      )}
    </Shown>
  );
}

const FIRST: Draft = { path: null, how: 'set', value: undefined };

function NewJob({ which, act, started, close }: { which: Which; act: Act; started: (job: BulkJob) => void; close: () => void }) {
  const t = useText();
  const [drafts, setDrafts] = useState<Draft[]>([FIRST]);
  const [division, setDivision] = useState<string | null>(null);
  const [reason, setReason] = useState('');
  const changes = useChanges(which.kind, drafts);
  const wish: Wish = {
    act,
    ...(act === 'edit' ? { changes } : {}),
    ...(division !== null ? { toDivision: { id: division } } : {}),
    ...(reason ? { reason } : {}),
  };
  const starting = useMutation({ mutationFn: () => startJob(which, wish), onSuccess: started });
  const ready = act === 'edit' ? changes.length > 0 : act !== 'move' || division !== null;
  return (
    <Stack
      component="form"
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        starting.mutate();
      }}
    >
      {act === 'edit' && <EditDraft kind={which.kind} drafts={drafts} onChange={setDrafts} />}
      {act === 'move' && (
        <Chooser data-autofocus label={t('field.division')} of={{ permission: 'externalContacts:contact:edit' }} value={division} onChange={setDivision} />
      )}
      {act === 'erase' && (
        <>
          <Text size="sm">{t('bulk.erase.hint')}</Text>
          <TextInput
            data-autofocus
            label={t('bulk.erase.reason')}
            description={t('bulk.erase.reason.hint')}
            maxLength={200}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
        </>
      )}
      <Refused error={starting.error} />
      <Group justify="flex-end">
        <Button variant="default" onClick={close}>
          {t('action.cancel')}
        </Button>
        <Button type="submit" loading={starting.isPending} disabled={!ready}>
          {t('bulk.count')}
        </Button>
      </Group>
    </Stack>
  );
}
