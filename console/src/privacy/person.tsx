// Who is meant, with every record that is this person; what can be asked for and erased.
import { Alert, Anchor, Badge, Code, Group, Paper, Stack, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ApiError } from '../api/api.ts';
import type { Schema } from '../api/schema.ts';
import { nameOf } from '../contacts/name.ts';
import { Failure, Loading } from '../frame/states.tsx';
import { useText } from '../language/language.tsx';
import { Identifiers } from '../record/identifiers.tsx';
import { recordQuery } from '../record/record.ts';
import { useMay } from '../session/session.ts';
import { Access } from './access.tsx';
import { Erase } from './erase.tsx';

type Contact = Schema['ExternalContact'];

interface PersonProps {
  id: string;
  archive: string | undefined;
  onArchive: (archiveId: string) => void;
  onErased: () => void;
}

export function Person({ id, archive, onArchive, onErased }: PersonProps) {
  const t = useText();
  const may = useMay();
  const query = useQuery(recordQuery('contact', id));
  const gone = query.error instanceof ApiError && query.error.status === 404;
  if (query.error && !gone) return <Failure error={query.error} reset={() => query.refetch()} />;
  if (!query.data && !gone) return <Loading />;
  const contact = gone ? undefined : (query.data?.body as Contact);
  const records = contact?.mergeSet?.length ?? 1;
  const name = contact ? nameOf(contact) : '';
  return (
    <Stack component="section" aria-label={t('privacy.person')}>
      {contact ? (
        <Who contact={contact} />
      ) : (
        <Alert color="blue" variant="light" title={t('privacy.gone')}>
          {t('privacy.gone.hint')}
        </Alert>
      )}
      {may('liaison:subject:view') && <Access contactId={id} archive={archive} onArchive={onArchive} />}
      {may('liaison:subject:erase') && <Erase contactId={id} name={name} records={records} onErased={onErased} />}
    </Stack>
  );
}

function Who({ contact }: { contact: Contact }) {
  const t = useText();
  return (
    <Paper withBorder p="md">
      <Stack gap="sm">
        <Group gap="sm">
          <Title order={2} size="h4">
            {nameOf(contact) || t('contacts.nameless')}
          </Title>
          {contact.type && <Badge variant="light">{t(`contact.type.${contact.type}`)}</Badge>}
          {contact.division?.name && <Badge variant="default">{contact.division.name}</Badge>}
          <Anchor size="sm" component={Link} to={`/contacts/${contact.id}` as never}>
            {t('privacy.page')}
          </Anchor>
        </Group>
        <MergeSet contact={contact} />
        {contact.identifiers?.length ? (
          <Identifiers identifiers={contact.identifiers} />
        ) : (
          <Text size="sm" c="dimmed">
            {t('privacy.noIdentifiers')}
          </Text>
        )}
      </Stack>
    </Paper>
  );
}

/** Asked for by its id, each of them answers as the one that is found; so there are ids to show, and nothing else. */
function MergeSet({ contact }: { contact: Contact }) {
  const t = useText();
  const ids = contact.mergeSet?.flatMap(({ id }) => id ?? []) ?? [];
  const canonical = contact.canonicalContact?.id ?? contact.id;
  if (ids.length < 2) return null;
  return (
    <Stack gap={4}>
      <Text size="sm" fw={600} id="merge-set">
        {t('privacy.mergeSet', { count: ids.length })}
      </Text>
      <Table aria-labelledby="merge-set">
        <Table.Tbody>
          {ids.map((id) => (
            <Table.Tr key={id}>
              <Table.Td>
                <Code>{id}</Code>
              </Table.Td>
              <Table.Td>{t(id === canonical ? 'privacy.canonical' : 'privacy.mergedAway')}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Stack>
  );
}
