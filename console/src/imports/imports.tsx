// All import jobs, the newest first, each with how far it is.
import { Anchor, Button, Group, Select, Stack, Table, Text, Title } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { FormattedNumber } from 'react-intl';
import { api, body } from '../api/api.ts';
import type { Schema } from '../api/schema.ts';
import { useKeys } from '../frame/hotkeys.ts';
import { MoreButton } from '../frame/more.tsx';
import { Empty, Shown } from '../frame/states.tsx';
import { Wide } from '../frame/wide.tsx';
import { useText } from '../language/language.tsx';
import { Ago } from '../record/fields.tsx';
import { useMay } from '../session/session.ts';
import { ImportProgress } from './progress.tsx';
import { importQuery, waits } from './queries.ts';
import { StateBadge } from './state-badge.tsx';

type Job = Schema['ContactImportJobResponse'];
type Status = NonNullable<Job['status']>;
const STATUSES: readonly Status[] = ['Created', 'Running', 'Completed', 'Failed', 'Cancelled'];

const ANY = 'any';

export function Imports() {
  const t = useText();
  const may = useMay();
  const navigate = useNavigate();
  const { status } = useSearch({ strict: false }) as { status?: Status };
  const imports = may('externalContacts:importCsvJob:add') && may('externalContacts:importCsvUpload:add');
  const begin = () => navigate({ to: '/imports/new' as never, search: {} as never });
  useKeys([['n', () => imports && begin()]]);
  const pages = useInfiniteQuery({
    queryKey: ['imports', status],
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page: Schema['ContactImportJobEntityListing']) => page.cursors?.after,
    queryFn: ({ pageParam, signal }) =>
      body(
        api.GET('/api/v2/externalcontacts/import/jobs', {
          params: {
            query: { sortOrder: 'Descending', expand: ['division'], ...(status ? { jobStatus: status } : {}), ...(pageParam ? { after: pageParam } : {}) },
          },
          signal,
        }),
      ),
    // Others may start some, too.
    refetchInterval: 10_000,
  });
  const start = imports && (
    <Button size="xs" leftSection={<IconPlus size={16} aria-hidden />} onClick={begin}>
      {t('imports.new')}
    </Button>
  );
  return (
    <Stack gap="sm">
      <Group justify="space-between">
        <Title order={1} size="h3">
          {t('imports.title')}
        </Title>
        {start}
      </Group>
      <Select
        size="xs"
        w={220}
        aria-label={t('imports.state')}
        allowDeselect={false}
        data={[{ value: ANY, label: t('imports.state.any') }, ...STATUSES.map((value) => ({ value, label: t(`imports.status.${value}`) }))]}
        value={status ?? ANY}
        onChange={(value) => navigate({ to: '/imports' as never, search: (value === ANY ? {} : { status: value }) as never, replace: true })}
      />
      <Shown query={pages}>
        {({ pages: read }) => {
          const jobs = read.flatMap(({ entities = [] }) => entities);
          if (jobs.length === 0)
            return (
              <Empty title={t(status ? 'imports.noneFound' : 'imports.none')} actions={status ? undefined : start}>
                {t('imports.none.hint')}
              </Empty>
            );
          return (
            <>
              <Wide label={t('imports.title')}>
                <Table highlightOnHover miw={680} aria-label={t('imports.title')}>
                  <Table.Thead>
                    <Table.Tr>
                      <Table.Th>{t('imports.file')}</Table.Th>
                      <Table.Th>{t('imports.state')}</Table.Th>
                      <Table.Th>{t('imports.count.written')}</Table.Th>
                      <Table.Th>{t('imports.count.refused')}</Table.Th>
                      <Table.Th>{t('field.division')}</Table.Th>
                      <Table.Th>{t('imports.begun')}</Table.Th>
                    </Table.Tr>
                  </Table.Thead>
                  <Table.Tbody>
                    {jobs.map((job) => (
                      <Row key={job.id} job={job} />
                    ))}
                  </Table.Tbody>
                </Table>
              </Wide>
              <MoreButton pages={pages} />
            </>
          );
        }}
      </Shown>
    </Stack>
  );
}

function Row({ job }: { job: Job }) {
  const t = useText();
  const { id = '', metadata = {}, status = 'Created', executionStep = 'Validating', division, dateCreated } = job;
  const active = status === 'Created' || status === 'Running';
  const live = useQuery({ ...importQuery(id), enabled: active }).data;
  const shown = (active && live) || { status, executionStep };
  const rows = active ? live?.rows : undefined;
  const written = rows ? rows.created + rows.updated + rows.merged + rows.unchanged : metadata.importSuccessCount;
  const checking = shown.executionStep !== 'Importing';
  const refused = rows ? (checking ? rows.dryRunRejected : rows.rejected) : (metadata.importFailedCount ?? metadata.dryRunFailedCount);
  return (
    <Table.Tr>
      <Table.Td>
        <Anchor component={Link} to={`/imports/${id}` as never} size="sm" className="breaking">
          {metadata.fileName ?? t('imports.nameless')}
        </Anchor>
      </Table.Td>
      <Table.Td w={170}>
        <StateBadge job={shown} />
        {active && live && !waits(live) && <ImportProgress job={live} bare />}
      </Table.Td>
      <Table.Td>{written !== undefined && !checking && <FormattedNumber value={written} />}</Table.Td>
      <Table.Td>{refused !== undefined && <FormattedNumber value={refused} />}</Table.Td>
      <Table.Td>{division?.name}</Table.Td>
      <Table.Td>
        <Text size="sm">{dateCreated && <Ago time={dateCreated} />}</Text>
      </Table.Td>
    </Table.Tr>
  );
}
