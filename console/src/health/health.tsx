// How things are: what the organization holds and what waits for it; and for whoever operates the server, the whole of it.
import { Alert, Button, Group, Stack, Switch, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { FormattedNumber, useIntl } from 'react-intl';
import { Fact, Facts } from '../frame/fact.tsx';
import { Size } from '../frame/size.tsx';
import { Shown } from '../frame/states.tsx';
import { useText } from '../language/language.tsx';
import { Chart } from './chart.tsx';
import { useMoments } from './history.ts';
import { type Health as HealthBody, healthQuery, type ServerHealth } from './queries.ts';
import { Indexes, Operations, Queues, Tables } from './tables.tsx';

export function Health() {
  const t = useText();
  const [refreshes, setRefreshes] = useState(true);
  const query = useQuery(healthQuery(refreshes));
  return (
    <Stack gap="md">
      <Group justify="space-between">
        <Title order={1} size="h3">
          {t('health.title')}
        </Title>
        <Group gap="sm">
          <Switch size="xs" label={t('health.refresh')} checked={refreshes} onChange={(event) => setRefreshes(event.currentTarget.checked)} />
          <Button size="xs" variant="default" onClick={() => query.refetch()}>
            {t('health.refresh.now')}
          </Button>
        </Group>
      </Group>
      <Shown query={query}>
        {(health) => (
          <>
            {health.server ? <Server time={health.time} version={health.version} server={health.server} /> : <Alert variant="light">{t('health.own')}</Alert>}
            <Own {...health.organization} />
            {health.server && <Tables {...health.server.database} />}
            {health.server && <Indexes {...health.server.database} />}
          </>
        )}
      </Shown>
    </Stack>
  );
}

function Own({ records, queues }: HealthBody['organization']) {
  const t = useText();
  return (
    <>
      <Title order={2} size="h5">
        {t('health.records')}
      </Title>
      <Facts label={t('health.records')}>
        {records.map(({ kind, count, more }) => (
          <Fact key={kind} label={t(`health.record.${kind}`)} value={more ? t('health.more', { count }) : count} />
        ))}
      </Facts>
      <Queues queues={queues} />
    </>
  );
}

const HOUR = 3600;
/** What is drawn of a page that was just opened. */
const LOOKED_FOR = 300;
const UNITS = [
  [86_400, 'day'],
  [HOUR, 'hour'],
  [60, 'minute'],
  [1, 'second'],
] as const;

function Server({ time, version, server }: { time: string; version: string; server: ServerHealth }) {
  const t = useText();
  const { formatNumber } = useIntl();
  const { process, requests, operations, database } = server;
  const moments = useMoments(time, server);
  const [seconds, unit] = UNITS.find(([length]) => process.uptimeSeconds >= 2 * length) ?? [1, 'second'];
  const running = formatNumber(Math.floor(process.uptimeSeconds / seconds), { style: 'unit', unit, unitDisplay: 'long' });
  const from = Date.parse(requests.from) / 1000;
  const times = requests.succeeded.map((_, i) => from + i * requests.stepSeconds);
  const pace = (counts: number[]) => counts.map((count) => count / requests.stepSeconds);
  const since = moments.map((moment) => moment.time);
  return (
    <>
      <Text size="sm" c="dimmed">
        {t('health.answered', { process: process.name, version, time: running })}
      </Text>
      <Facts label={t('health.now')}>
        <Fact label={t('health.memory')} value={<Size bytes={process.memoryBytes} />} />
        {process.eventLoopDelayMs && (
          <Fact label={t('health.late')} value={t('health.ms', { ms: formatNumber(process.eventLoopDelayMs.p99, { maximumFractionDigits: 1 }) })} />
        )}
        <Fact label={t('health.database')} value={<Size bytes={database.sizeBytes} />} />
        <Fact label={t('health.connections')} value={t('health.connections.of', { used: database.connections, most: database.connectionsMax })} />
        <Fact label={t('health.cache')} value={<FormattedNumber value={database.cacheHitRatio} style="percent" maximumFractionDigits={1} />} />
      </Facts>
      <div className="health-charts">
        <Chart
          title={t('health.requests')}
          hint={t('health.hour')}
          span={HOUR}
          times={times}
          series={[
            { label: t('health.succeeded'), values: pace(requests.succeeded), look: 'main' },
            { label: t('health.refused'), values: pace(requests.refused), look: 'middle' },
            { label: t('health.failed'), values: pace(requests.failed), look: 'high' },
          ]}
        />
        <Chart
          title={t('health.times')}
          hint={t('health.hour')}
          span={HOUR}
          times={times}
          series={[
            { label: t('health.p50'), values: requests.p50Ms, look: 'main' },
            { label: t('health.p95'), values: requests.p95Ms, look: 'middle' },
            { label: t('health.p99'), values: requests.p99Ms, look: 'high' },
          ]}
        />
        <Chart
          title={t('health.work')}
          hint={t('health.since')}
          span={LOOKED_FOR}
          times={since}
          series={[
            { label: t('health.waiting'), values: moments.map(({ waiting }) => waiting), look: 'main' },
            { label: t('health.given'), values: moments.map(({ failed }) => failed), look: 'high' },
          ]}
        />
        <Chart
          title={t('health.use')}
          hint={t('health.since')}
          span={LOOKED_FOR}
          times={since}
          series={[
            { label: t('health.memory'), values: moments.map(({ memory }) => memory), look: 'main' },
            { label: t('health.heap'), values: moments.map(({ heap }) => heap), look: 'middle' },
          ]}
        />
      </div>
      <Operations operations={operations} />
    </>
  );
}
