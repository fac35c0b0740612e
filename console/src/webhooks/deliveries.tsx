// What has not arrived, why, and how to try again.
import { Group, Table, Text } from '@mantine/core';
import { api, body } from '../api/api.ts';
import { MoreButton } from '../frame/more.tsx';
import { Shown } from '../frame/states.tsx';
import { useText } from '../language/language.tsx';
import { ActButton } from '../list/act-button.tsx';
import { usePages } from '../list/pages.ts';
import { Part } from '../list/parts.tsx';

export function Deliveries({ webhookId, edits }: { webhookId: string; edits: boolean }) {
  const t = useText();
  const path = { webhookId };
  const { pages, rows } = usePages(['deliveries', webhookId], ({ cursor }, signal) =>
    body(api.GET('/liaison/v1/webhooks/{webhookId}/deliveries', { params: { path, query: { limit: 25, ...(cursor ? { cursor } : {}) } }, signal })),
  );
  const replay = (ids?: string[]) =>
    api.POST('/liaison/v1/webhooks/{webhookId}/deliveries/replay', { params: { path }, body: ids ? { ids } : {} }) as Promise<unknown>;
  return (
    <Part title={t('webhooks.deliveries')}>
      {edits && rows.some(({ state }) => state === 'dead') && (
        <Group>
          <ActButton text="webhooks.replayAll" act={() => replay()} />
        </Group>
      )}
      <Shown query={pages}>
        {() =>
          rows.length === 0 ? (
            <Text size="sm" c="dimmed">
              {t('webhooks.deliveries.none')}
            </Text>
          ) : (
            <Table.ScrollContainer minWidth={460} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
              <Table>
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>{t('webhooks.event')}</Table.Th>
                    <Table.Th>{t('list.state')}</Table.Th>
                    <Table.Th>{t('webhooks.attempts')}</Table.Th>
                    <Table.Th>{t('webhooks.why')}</Table.Th>
                    <Table.Td />
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {rows.map(({ id = '', kind, action, state, attempts, lastStatus, lastError }) => (
                    <Table.Tr key={id}>
                      <Table.Td>
                        {kind} {action}
                      </Table.Td>
                      <Table.Td>{t(state === 'dead' ? 'webhooks.dead' : 'webhooks.waiting')}</Table.Td>
                      <Table.Td>{attempts}</Table.Td>
                      <Table.Td>{[lastStatus, lastError].filter(Boolean).join(' ')}</Table.Td>
                      <Table.Td ta="end">{edits && state === 'dead' && <ActButton text="webhooks.replay" act={() => replay([id])} />}</Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            </Table.ScrollContainer>
          )
        }
      </Shown>
      <MoreButton pages={pages} />
    </Part>
  );
}
