// Who was forgotten: by ids alone, for nothing else is left.
import { Badge, Button, Stack, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { FormattedNumber } from 'react-intl';
import type { Schema } from '../api/schema.ts';
import { Shown } from '../frame/states.tsx';
import { Wide } from '../frame/wide.tsx';
import { useText } from '../language/language.tsx';
import { useNames } from '../list/choices.ts';
import { Ago } from '../record/fields.tsx';
import { useSession } from '../session/session.ts';
import { saveCertificate } from './certificate.ts';
import { erasuresQuery } from './queries.ts';
import { WaitingErasure } from './waiting-erasure.tsx';

export function Erasures() {
  const t = useText();
  const query = useQuery(erasuresQuery);
  const people =
    query.data?.flatMap(({ createdBy, firstApprovedBy, decidedBy }) => [createdBy.id, firstApprovedBy?.id, decidedBy?.id].flatMap((id) => id ?? [])) ?? [];
  const nameOf = useNames('user', [...new Set(people)]);
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
            <>
              {erasures
                .filter(({ status }) => status === 'requested')
                .map((erasure) => (
                  <WaitingErasure key={erasure.id} erasure={erasure} nameOf={nameOf} />
                ))}
              <Wide label={t('privacy.erasures')}>
                <Table miw={640} aria-label={t('privacy.erasures')}>
                  <Table.Thead>
                    <Table.Tr>
                      <Table.Th>{t('privacy.erasures.asked')}</Table.Th>
                      <Table.Th>{t('privacy.erase.reason')}</Table.Th>
                      <Table.Th>{t('privacy.erasures.state')}</Table.Th>
                      <Table.Th>{t('privacy.erasures.records')}</Table.Th>
                      <Table.Th>{t('privacy.erasures.contacts')}</Table.Th>
                      <Table.Td />
                    </Table.Tr>
                  </Table.Thead>
                  <Table.Tbody>
                    {erasures.map((erasure) => (
                      <Row key={erasure.id} erasure={erasure} nameOf={nameOf} />
                    ))}
                  </Table.Tbody>
                </Table>
              </Wide>
            </>
          )
        }
      </Shown>
    </Stack>
  );
}

type Erasure = Schema['LiaisonErasure'];
type NameOf = (userId: string) => string;

function Certificate({ erasure, nameOf }: { erasure: Erasure; nameOf: NameOf }) {
  const t = useText();
  const { organization } = useSession();
  return (
    <Button
      size="compact-xs"
      variant="light"
      aria-label={t('privacy.certificate.of', { id: erasure.id })}
      onClick={() => saveCertificate({ erasure, organization: organization.name, nameOf, t })}
    >
      {t('privacy.certificate')}
    </Button>
  );
}

type State = Schema['LiaisonErasureSubject']['status'];
const COLORS: Record<State, string> = { waiting: 'indigo', erased: 'teal', notFound: 'gray', failed: 'red' };
const SHOWN = 5;

/** Of those that nothing is done with: why. */
const RESTING = { requested: 'indigo', refused: 'gray', expired: 'gray' } as const;
const rests = (status: Erasure['status']): status is keyof typeof RESTING => status in RESTING;

function Row({ erasure, nameOf }: { erasure: Erasure; nameOf: NameOf }) {
  const t = useText();
  const { dateCreated, reason, status: state, subjects } = erasure;
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
        {rests(state) ? (
          <Badge variant="light" color={RESTING[state]}>
            {t(`privacy.erasure.${state}`)}
          </Badge>
        ) : (
          [...counts].map(([status, count]) => (
            <Badge key={status} variant="light" color={COLORS[status]} me={4}>
              {t(`privacy.erased.${status}`)}
              {subjects.length > 1 && ` ${count}`}
            </Badge>
          ))
        )}
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
      <Table.Td ta="end">{state === 'completed' && <Certificate erasure={erasure} nameOf={nameOf} />}</Table.Td>
    </Table.Tr>
  );
}
