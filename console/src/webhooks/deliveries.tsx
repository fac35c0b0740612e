// What has not arrived, why, and how to try again.
import { Anchor, Badge, Group, Table, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, body } from '../api/api.ts';
import type { Schema } from '../api/schema.ts';
import { MoreButton } from '../frame/more.tsx';
import { Shown } from '../frame/states.tsx';
import { Wide } from '../frame/wide.tsx';
import { type TextKey, useText } from '../language/language.tsx';
import { ActButton } from '../list/act-button.tsx';
import { usePages } from '../list/pages.ts';
import { Part, Parts } from '../list/parts.tsx';
import { Ago } from '../record/fields.tsx';

type Delivery = Schema['LiaisonWebhookDelivery'];
type Wanted = 'all' | NonNullable<Delivery['state']>;

/** One that is tried again after hours does not move before. */
const SOON_MS = 60_000;

export function Deliveries({ webhookId, edits }: { webhookId: string; edits: boolean }) {
  const t = useText();
  const [wanted, setWanted] = useState<Wanted>('all');
  const path = { webhookId };
  const { pages, rows } = usePages(
    ['deliveries', webhookId, wanted],
    ({ cursor }, signal) => {
      const query = { limit: 25, ...(wanted === 'all' ? {} : { state: wanted }), ...(cursor ? { cursor } : {}) };
      return body(api.GET('/liaison/v1/webhooks/{webhookId}/deliveries', { params: { path, query }, signal }));
    },
    ({ nextAttempt }) => nextAttempt !== undefined && Date.parse(nextAttempt) < Date.now() + SOON_MS,
  );
  const replay = (ids?: string[]) =>
    api.POST('/liaison/v1/webhooks/{webhookId}/deliveries/replay', { params: { path }, body: ids ? { ids } : {} }) as Promise<unknown>;
  return (
    <Part title={t('webhooks.deliveries')}>
      <Group justify="space-between">
        <Parts<Wanted>
          label={t('list.state')}
          value={wanted}
          parts={{ all: t('webhooks.deliveries.all'), dead: t('webhooks.dead'), waiting: t('webhooks.waiting') }}
          onChange={setWanted}
        />
        {edits && rows.some(({ state }) => state === 'dead') && <ActButton text="webhooks.replayAll" act={() => replay()} />}
      </Group>
      <Shown query={pages}>
        {() =>
          rows.length === 0 ? (
            <Text size="sm" c="dimmed">
              {t(wanted === 'all' ? 'webhooks.deliveries.none' : 'webhooks.deliveries.noneFound')}
            </Text>
          ) : (
            <Wide label={t('webhooks.deliveries')}>
              <Table miw={640} aria-label={t('webhooks.deliveries')}>
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>{t('webhooks.event')}</Table.Th>
                    <Table.Th>{t('list.state')}</Table.Th>
                    <Table.Th>{t('webhooks.why')}</Table.Th>
                    <Table.Th>{t('webhooks.attempts')}</Table.Th>
                    <Table.Td />
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {rows.map((delivery) => (
                    <Row key={delivery.id} delivery={delivery} replay={edits && delivery.state === 'dead' ? () => replay([delivery.id ?? '']) : undefined} />
                  ))}
                </Table.Tbody>
              </Table>
            </Wide>
          )
        }
      </Shown>
      <MoreButton pages={pages} />
    </Part>
  );
}

function Row({ delivery, replay }: { delivery: Delivery; replay: (() => Promise<unknown>) | undefined }) {
  const t = useText();
  const { kind = '', recordId = '', action, state, attempts, lastStatus, lastError, nextAttempt, dateDied } = delivery;
  const event = [kind && t(`kind.${kind}` as TextKey), action && t(`audit.action.${action}` as TextKey)].filter(Boolean).join(' ');
  return (
    <Table.Tr>
      <Table.Td>
        <Anchor component={Link} {...pageOf(kind, recordId)} size="sm" className="breaking">
          {event}
        </Anchor>
      </Table.Td>
      <Table.Td>
        <Badge variant="light" color={state === 'dead' ? 'red' : 'indigo'}>
          {t(state === 'dead' ? 'webhooks.dead' : 'webhooks.waiting')}
        </Badge>
        <Text size="xs" c="dimmed">
          {dateDied && <Ago time={dateDied} />}
          {nextAttempt && (
            <>
              {t('webhooks.next')} <Ago time={nextAttempt} />
            </>
          )}
        </Text>
      </Table.Td>
      <Table.Td className="breaking">{lastError === 'status' ? lastStatus : [lastStatus, lastError].filter(Boolean).join(' ')}</Table.Td>
      <Table.Td>{attempts}</Table.Td>
      <Table.Td ta="end">{replay && <ActButton text="webhooks.replay" act={replay} aria-label={t('webhooks.replay.which', { event })} />}</Table.Td>
    </Table.Tr>
  );
}

/** The record, or what is known of one that has no page of its own. */
function pageOf(kind: string, entityId: string): { to: never; search?: never } {
  if (kind === 'contact' || kind === 'organization') return { to: `/${kind}s/${entityId}` as never };
  return { to: '/audit' as never, search: { entityId } as never };
}
