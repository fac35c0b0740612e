// All of one contact: fields, notes, identifiers, what it was merged of, what happened to it, and the record itself.
import { Anchor, Badge, Group, Stack, Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Suspense } from 'react';
import type { Schema } from '../api/schema.ts';
import { lazily } from '../frame/lazily.tsx';
import { Loading, Shown } from '../frame/states.tsx';
import { useText } from '../language/language.tsx';
import { useSections } from '../record/custom-fields.ts';
import { DeleteRecord } from '../record/delete-record.tsx';
import { RecordFields } from '../record/fields.tsx';
import { Identifiers } from '../record/identifiers.tsx';
import { Notes } from '../record/notes.tsx';
import { Raw } from '../record/raw.tsx';
import { recordQuery } from '../record/record.ts';
import { History } from '../record/timeline.tsx';
import { useMay } from '../session/session.ts';
import { CONTACT_SECTIONS } from './sections.ts';

const Journey = lazily(() => import('./journey.tsx'));
const Conversations = lazily(() => import('./conversations.tsx'));
const Provenance = lazily(() => import('./provenance.tsx'));

export function ContactDetails({ id }: { id: string }) {
  const t = useText();
  const may = useMay();
  const query = useQuery(recordQuery('contact', id));
  const sections = useSections('contact', CONTACT_SECTIONS);
  return (
    <Shown query={query}>
      {(stored) => {
        const contact = stored.body as Schema['ExternalContact'];
        return (
          <Stack gap="sm">
            <Group gap="xs">
              {contact.type && <Badge variant="light">{t(`contact.type.${contact.type}`)}</Badge>}
              {contact.division?.name && (
                <Badge variant="default" tt="none">
                  {contact.division.name}
                </Badge>
              )}
              {contact.externalOrganization?.id && (
                <Anchor size="sm" component={Link} to={`/organizations/${contact.externalOrganization.id}` as never}>
                  {contact.externalOrganization.name}
                </Anchor>
              )}
              <DeleteRecord kind="contact" id={id} />
            </Group>
            <Tabs defaultValue="fields" keepMounted={false}>
              <Tabs.List>
                <Tabs.Tab value="fields">{t('record.fields')}</Tabs.Tab>
                <Tabs.Tab value="notes">{t('notes.title')}</Tabs.Tab>
                <Tabs.Tab value="identifiers">{t('identifiers.title')}</Tabs.Tab>
                {may('externalContacts:session:view', 'externalContacts:segmentAssignment:view') && <Tabs.Tab value="journey">{t('journey.title')}</Tabs.Tab>}
                <Tabs.Tab value="conversations">{t('conversations.title')}</Tabs.Tab>
                {(contact.mergeSet?.length ?? 0) > 1 && <Tabs.Tab value="merged">{t('merged.title')}</Tabs.Tab>}
                {may('liaison:audit:view') && <Tabs.Tab value="history">{t('record.history')}</Tabs.Tab>}
                <Tabs.Tab value="raw">JSON</Tabs.Tab>
              </Tabs.List>
              <Tabs.Panel value="fields" pt="sm" keepMounted>
                <RecordFields kind="contact" stored={stored} sections={sections} />
              </Tabs.Panel>
              <Tabs.Panel value="notes" pt="sm">
                <Notes kind="contact" id={id} />
              </Tabs.Panel>
              <Tabs.Panel value="identifiers" pt="sm">
                <Identifiers identifiers={contact.identifiers ?? []} />
              </Tabs.Panel>
              <Tabs.Panel value="journey" pt="sm">
                <Suspense fallback={<Loading />}>
                  <Journey id={id} />
                </Suspense>
              </Tabs.Panel>
              <Tabs.Panel value="conversations" pt="sm">
                <Suspense fallback={<Loading />}>
                  <Conversations id={id} />
                </Suspense>
              </Tabs.Panel>
              <Tabs.Panel value="merged" pt="sm">
                <Suspense fallback={<Loading />}>
                  <Provenance contact={contact} />
                </Suspense>
              </Tabs.Panel>
              <Tabs.Panel value="history" pt="sm">
                <History kind="contact" id={id} />
              </Tabs.Panel>
              <Tabs.Panel value="raw" pt="sm">
                <Raw record={contact} />
              </Tabs.Panel>
            </Tabs>
          </Stack>
        );
      }}
    </Shown>
  );
}
