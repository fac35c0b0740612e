// Who was forgotten: by ids alone, for nothing else is left.
import { Badge, Stack, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { FormattedNumber } from 'react-intl';
import type { Schema } from '../api/schema.ts';
import { Shown } from '../frame/states.tsx';
import { Wide } from '../frame/wide.tsx';
import { useText } from '../language/language.tsx';
import { Ago } from '../record/fields.tsx';
import { erasuresQuery } from './queries.ts';

export function Erasures() {
  const t = useText();
  const query = useQuery(erasuresQuery);
  return (
    <Stack gap="xs" component="section" aria-labelledby="erasures">
      <div>
        <Title order={2} size="h5" id="erasures">
          {t('privacy.erasures')}
        </Title>
        <Text size="xs" c="dimmed">
          {t('privacy.erasures.hint')}
        </Text>
      </div>
      <Shown query={query}>
        {(erasures) =>
          erasures.length === 0 ? (
            <Text size="sm">{t('privacy.erasures.none')}</Text>
          ) : (
            <Wide label={t('privacy.erasures')}>
              <Table miw={640} aria-label={t('privacy.erasures')}>
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>{t('privacy.erasures.asked')}</Table.Th>
                    <Table.Th>{t('privacy.erase.reason')}</Table.Th>
                    <Table.Th>{t('privacy.erasures.state')}</Table.Th>
                    <Table.Th>{t('privacy.erasures.records')}</Table.Th>
                    <Table.Th>{t('privacy.erasures.contacts')}</Table.Th>
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {erasures.map((erasure) => (
                    <Row key={erasure.id} erasure={erasure} />
                  ))}
                </Table.Tbody>
              </Table>
            </Wide>
          )
        }
      </Shown>
    </Stack>
  );
}

type State = Schema['LiaisonErasureSubject']['status'];
const COLORS: Record<State, string> = { waiting: 'indigo', erased: 'teal', notFound: 'gray', failed: 'red' };
const SHOWN = 5;

function Row({ erasure: { dateCreated, reason, subjects } }: { erasure: Schema['LiaisonErasure'] }) {
  const t = useText();
  const counts = new Map<State, number>();
  for (const { status } of subjects) counts.set(status, (counts.get(status) ?? 0) + 1);
  const ids = subjects.flatMap(({ contact }) => contact?.id ?? []);
  return (
    <Table.Tr>
      <Table.Td>
        <Ago time={dateCreated} />
      </Table.Td>
      <Table.Td>
        <Text size="sm" className="breaking">
          {reason}
        </Text>
      </Table.Td>
      <Table.Td>
        {[...counts].map(([status, count]) => (
          <Badge key={status} variant="light" color={COLORS[status]} me={4}>
            {t(`privacy.erased.${status}`)}
            {subjects.length > 1 && ` ${count}`}
          </Badge>
        ))}
      </Table.Td>
      <Table.Td>
        <FormattedNumber value={subjects.reduce((sum, { erasedIds = [] }) => sum + erasedIds.length, 0)} />
      </Table.Td>
      <Table.Td>
        {ids.slice(0, SHOWN).map((id) => (
          <Text key={id} size="xs">
            {id}
          </Text>
        ))}
        {ids.length > SHOWN && '…'}
      </Table.Td>
    </Table.Tr>
  );
}
