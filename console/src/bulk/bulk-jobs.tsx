// The bulk changes of the last thirty days, the newest first.
import { useQuery } from '@tanstack/react-query';
import { FormattedNumber } from 'react-intl';
import { api, body } from '../api/api.ts';
import { Shown } from '../frame/states.tsx';
import { useText } from '../language/language.tsx';
import { ListScreen } from '../list/list-screen.tsx';
import { usePages } from '../list/pages.ts';
import { Ago } from '../record/fields.tsx';
import { BulkJobView, BulkState, Wanted } from './job.tsx';
import { type BulkJob, bulkJobQuery, moves } from './queries.ts';

export function BulkJobs() {
  const t = useText();
  const list = usePages(
    ['bulk jobs', 'list'],
    (at, signal) => body(api.GET('/liaison/v1/bulk-jobs', { params: { query: { limit: 100, ...at } }, signal })),
    moves,
  );
  return (
    <ListScreen<BulkJob>
      name="bulk-jobs"
      title="bulk.jobs"
      list={list}
      idOf={({ id }) => id}
      nameOf={({ kind, act }) => `${t(`${kind}s.title`)}: ${t(`bulk.act.${act}`)}`}
      columns={[
        { id: 'what', title: t('bulk.column.what'), width: 150, cell: ({ kind }) => t(`${kind}s.title`) },
        { id: 'wanted', title: t('bulk.column.wanted'), width: 320, cell: (job) => <Wanted job={job} /> },
        { id: 'state', title: t('list.state'), width: 150, cell: (job) => <BulkState job={job} /> },
        { id: 'found', title: t('bulk.column.records'), width: 110, cell: ({ records }) => <FormattedNumber value={records.found} /> },
        { id: 'done', title: t('bulk.column.done'), width: 110, cell: ({ records }) => <FormattedNumber value={records.done} /> },
        { id: 'refused', title: t('bulk.refused'), width: 130, cell: ({ records }) => <FormattedNumber value={records.refused} /> },
        { id: 'when', title: t('list.created'), width: 170, cell: ({ dateCreated }) => <Ago time={dateCreated} /> },
      ]}
      none={{ title: 'bulk.none', hint: 'bulk.none.hint' }}
      details={(job) => <Details job={job} />}
    />
  );
}

function Details({ job }: { job: BulkJob }) {
  const query = useQuery({ ...bulkJobQuery(job.id), placeholderData: job });
  return <Shown query={query}>{(now) => <BulkJobView job={now} />}</Shown>;
}
