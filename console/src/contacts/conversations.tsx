// The conversations that a contact, or whoever was merged with it, took part in.
import { Code, Stack, Table } from '@mantine/core';
import { api, body } from '../api/api.ts';
import { MoreButton } from '../frame/more.tsx';
import { Empty, Shown } from '../frame/states.tsx';
import { Wide } from '../frame/wide.tsx';
import { useText } from '../language/language.tsx';
import { usePages } from '../list/pages.ts';
import { Ago } from '../record/fields.tsx';

export default function Conversations({ id }: { id: string }) {
  const t = useText();
  const { pages, rows } = usePages(['conversations', id], (at, signal) =>
    body(api.GET('/liaison/v1/contacts/{contactId}/conversations', { params: { path: { contactId: id }, query: { limit: 50, ...at } }, signal })),
  );
  return (
    <Shown query={pages}>
      {() =>
        rows.length === 0 ? (
          <Empty title={t('conversations.none')} />
        ) : (
          <Stack gap="xs">
            <Wide label={t('conversations.title')}>
              <Table miw={480}>
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>{t('conversations.medium')}</Table.Th>
                    <Table.Th>{t('conversations.id')}</Table.Th>
                    <Table.Th>{t('conversations.linked')}</Table.Th>
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {rows.map(({ conversationId, communicationId, mediaType, dateAssociated }) => (
                    <Table.Tr key={communicationId}>
                      <Table.Td>{mediaType}</Table.Td>
                      <Table.Td>
                        <Code>{conversationId}</Code>
                      </Table.Td>
                      <Table.Td>
                        <Ago time={dateAssociated} />
                      </Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            </Wide>
            <MoreButton pages={pages} />
          </Stack>
        )
      }
    </Shown>
  );
}
