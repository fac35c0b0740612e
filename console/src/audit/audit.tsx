// Who changed what, when, and by which request. The filter stands in the address: what was found can be shown to others.
import { Button, Group, Stack, Table, Text } from '@mantine/core';
import { FormattedDate } from 'react-intl';
import { api, body } from '../api/api.ts';
import type { Schema } from '../api/schema.ts';
import { useText } from '../language/language.tsx';
import { useAddress } from '../list/address.ts';
import { ListScreen } from '../list/list-screen.tsx';
import { usePages } from '../list/pages.ts';
import { Facts, Part } from '../list/parts.tsx';
import { toldChanges, useChangeName, useDivisionName, useShownValue, whoOf } from '../record/changes.ts';
import { useSession } from '../session/session.ts';
import { AsOf } from './as-of.tsx';
import { AuditFilter, type AuditView, questionOf } from './audit-filter.tsx';
import { ExportAudit } from './export-audit.tsx';

type Entry = Schema['AuditEntry'];

const PAGE = 100;

export function Audit() {
  const t = useText();
  const [view] = useAddress<AuditView>();
  const changeName = useChangeName();
  const question = questionOf(view);
  const list = usePages(['audit', question], (at, signal) =>
    body(api.GET('/liaison/v1/audits', { params: { query: { limit: PAGE, ...question, ...at } as never }, signal })),
  );
  return (
    <ListScreen<Entry>
      name="audit"
      title="audit.title"
      list={list}
      size="xl"
      above={
        <AuditFilter>
          <ExportAudit question={question} />
        </AuditFilter>
      }
      idOf={({ id }) => id}
      nameOf={(entry) => `${t(`kind.${entry.entity.type}`)} ${entry.entity.name ?? ''} · ${t(`audit.action.${entry.action}`)}`}
      columns={[
        { id: 'when', title: t('audit.when'), width: 220, cell: ({ time }) => <FormattedDate value={time} dateStyle="medium" timeStyle="medium" /> },
        { id: 'who', title: t('audit.who'), width: 190, cell: whoOf },
        { id: 'action', title: t('audit.action'), width: 150, cell: ({ action }) => t(`audit.action.${action}`) },
        { id: 'kind', title: t('audit.kind'), width: 150, cell: ({ entity }) => t(`kind.${entity.type}`) },
        { id: 'record', title: t('audit.record'), width: 240, cell: ({ entity }) => entity.name ?? entity.id },
        {
          id: 'fields',
          title: t('audit.changes'),
          width: 320,
          cell: ({ changes }) =>
            toldChanges(changes)
              .map(({ field }) => changeName(field))
              .join(', '),
        },
      ]}
      none={{ title: 'audit.none', ...(Object.keys(question).length > 0 ? { hint: 'audit.none.hint' as const } : {}) }}
      details={(entry) => <Details entry={entry} />}
    />
  );
}

function Details({ entry }: { entry: Entry }) {
  const t = useText();
  const [, show] = useAddress<AuditView>();
  const { entity, user, client, homeOrganization, division, correlationId, time, changes } = entry;
  const { organization } = useSession();
  const changeName = useChangeName();
  const shown = useShownValue(changes);
  const divisionName = useDivisionName(division?.id === undefined ? [] : [division.id]);
  return (
    <Stack>
      <Facts
        facts={[
          [t('audit.when'), <FormattedDate key="when" value={time} dateStyle="full" timeStyle="long" />],
          [t('audit.who'), user && whoOf(entry)],
          [t('audit.client'), client.name ?? client.id],
          [t('audit.home'), homeOrganization.id === organization.id ? organization.name : homeOrganization.id],
          [t('audit.record'), `${t(`kind.${entity.type}`)} ${entity.name ?? ''}`],
          [t('audit.entityId'), entity.id],
          [t('field.division'), division?.id && divisionName(division.id)],
          [t('audit.request'), correlationId],
        ]}
      />
      <Group gap="xs">
        <Button size="xs" variant="default" onClick={() => show({ entityType: entity.type, entityId: entity.id, open: undefined })}>
          {t('audit.record.same')}
        </Button>
        <Button size="xs" variant="default" onClick={() => show({ correlationId, open: undefined })}>
          {t('audit.request.same')}
        </Button>
      </Group>
      <Part title={t('audit.changes')}>
        {changes.length > 0 && (
          <Table.ScrollContainer minWidth={420} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
            <Table layout="fixed">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{t('audit.field')}</Table.Th>
                  <Table.Th>{t('audit.before')}</Table.Th>
                  <Table.Th>{t('audit.after')}</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {toldChanges(changes).map(({ field, before, after }) => (
                  <Table.Tr key={field}>
                    <Table.Td className="breaking">{changeName(field)}</Table.Td>
                    <Table.Td className="lines">{before !== undefined && <del>{shown(field, before)}</del>}</Table.Td>
                    <Table.Td className="lines">
                      {after !== undefined && (
                        <Text span inherit component="ins">
                          {shown(field, after)}
                        </Text>
                      )}
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        )}
      </Part>
      <AsOf entity={entity} time={time} />
    </Stack>
  );
}
