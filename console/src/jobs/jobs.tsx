// All that goes on in the background and has lately: imports and what takes them back, bulk changes, exports, archives, erasures.
import { Anchor, Badge, Button, Group, Progress, Select, Stack, Table, Text, Title } from '@mantine/core';
import { useQueries } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { FormattedNumber } from 'react-intl';
import { Download } from '../frame/download.tsx';
import { Empty, Failure, Loading } from '../frame/states.tsx';
import { Wide } from '../frame/wide.tsx';
import { useText } from '../language/language.tsx';
import { ActButton } from '../list/act-button.tsx';
import { useAddress } from '../list/address.ts';
import { OnOff } from '../list/parts.tsx';
import { Ago } from '../record/fields.tsx';
import { useMay } from '../session/session.ts';
import { type Act, type Job, STATES, type State } from './job.ts';
import { KINDS, type Kind } from './kinds.ts';
import { useLive } from './live.ts';

interface View {
  kind?: Kind | undefined;
  state?: State | undefined;
}

/** Rows that are shown at first, and with each further click. */
const SHOWN = 50;
const COLORS: Record<State, string> = { waiting: 'orange', running: 'indigo', completed: 'teal', failed: 'red', cancelled: 'gray' };

export function Jobs() {
  const t = useText();
  const may = useMay();
  const live = useLive();
  const [view, show] = useAddress<View>();
  const [most, setMost] = useState(SHOWN);
  const kinds = (Object.keys(KINDS) as Kind[]).filter((kind) => may(...KINDS[kind].permissions));
  const read = useQueries({ queries: kinds.map((kind) => KINDS[kind].query) });
  const all = kinds
    .flatMap((kind, i) => (read[i]?.data === undefined ? [] : KINDS[kind].jobsOf(read[i].data, t).map((job) => ({ kind, job }))))
    .filter(({ kind, job }) => (!view.kind || kind === view.kind) && (!view.state || job.state === view.state))
    .sort((a, b) => Date.parse(b.job.created) - Date.parse(a.job.created));
  const failure = read.find(({ error, data }) => error && data === undefined)?.error;
  return (
    <Stack gap="sm">
      <Group gap="sm">
        <Title order={1} size="h3">
          {t('jobs.title')}
        </Title>
        <span role="status">
          <OnOff on={live} texts={['jobs.live', 'jobs.polled']} />
        </span>
      </Group>
      <Group gap="xs" role="search">
        <Choice label={t('jobs.kind')} value={view.kind} options={kinds.map((kind) => [kind, t(KINDS[kind].text)])} onChange={(kind) => show({ kind })} />
        <Choice
          label={t('list.state')}
          value={view.state}
          options={STATES.map((state) => [state, t(`jobs.state.${state}`)])}
          onChange={(state) => show({ state })}
        />
      </Group>
      {failure && <Failure error={failure} reset={() => read.map(({ refetch }) => refetch())} />}
      {!failure && all.length === 0 && (read.some(({ isPending }) => isPending) ? <Loading /> : <Empty title={t('jobs.none')}>{t('jobs.none.hint')}</Empty>)}
      {all.length > 0 && (
        <Wide label={t('jobs.title')}>
          <Table miw={860} aria-label={t('jobs.title')}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('jobs.kind')}</Table.Th>
                <Table.Th>{t('jobs.what')}</Table.Th>
                <Table.Th>{t('list.state')}</Table.Th>
                <Table.Th ta="end">{t('jobs.records')}</Table.Th>
                <Table.Th>{t('jobs.asked')}</Table.Th>
                <Table.Td />
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {all.slice(0, most).map(({ kind, job }) => (
                <Row key={`${kind} ${job.id}`} kind={t(KINDS[kind].text)} job={job} />
              ))}
            </Table.Tbody>
          </Table>
        </Wide>
      )}
      {all.length > most && (
        <Button size="xs" variant="default" w="fit-content" onClick={() => setMost(most + SHOWN)}>
          {t('action.more')}
        </Button>
      )}
    </Stack>
  );
}

function Row({ kind, job: { name, to, state, share, count, details, created, acts } }: { kind: string; job: Job }) {
  const t = useText();
  const may = useMay();
  return (
    <Table.Tr>
      <Table.Td>{kind}</Table.Td>
      <Table.Td className="breaking">
        {to ? (
          <Anchor component={Link} to={to as never} size="sm">
            {name}
          </Anchor>
        ) : (
          name
        )}
        {details && (
          <Text size="xs" c="dimmed">
            {details}
          </Text>
        )}
      </Table.Td>
      <Table.Td w={150}>
        <Badge variant="light" color={COLORS[state]}>
          {t(`jobs.state.${state}`)}
        </Badge>
        {state === 'running' && share !== undefined && <Progress mt={4} value={share * 100} aria-label={`${kind} ${name}`} />}
      </Table.Td>
      <Table.Td ta="end">{count !== undefined && <FormattedNumber value={count} />}</Table.Td>
      <Table.Td>
        <Ago time={created} />
      </Table.Td>
      <Table.Td>
        <Group gap={4} justify="flex-end">
          {acts
            .filter(({ permissions }) => may(...permissions))
            .map((act) => (
              <ActOn key={act.text} act={act} name={name} />
            ))}
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}

function ActOn({ act, name }: { act: Act; name: string }) {
  const t = useText();
  const label = `${t(act.text)}: ${name}`;
  if ('ask' in act) return <ActButton size="compact-xs" text={act.text} act={act.ask} aria-label={label} />;
  return (
    <Download size="compact-xs" link={act.link} aria-label={label}>
      {t(act.text)}
    </Download>
  );
}

const ALL = 'all';

interface ChoiceProps<V extends string> {
  label: string;
  value: V | undefined;
  options: readonly (readonly [V, string])[];
  onChange(value: V | undefined): void;
}

function Choice<V extends string>({ label, value, options, onChange }: ChoiceProps<V>) {
  const t = useText();
  return (
    <Select
      size="xs"
      w={220}
      allowDeselect={false}
      aria-label={label}
      data={[{ value: ALL, label: t('jobs.any', { what: label }) }, ...options.map(([one, text]) => ({ value: one, label: text }))]}
      value={value ?? ALL}
      onChange={(next) => onChange(next === ALL ? undefined : (next as V))}
    />
  );
}
