// All of one organization: fields, its contacts, notes, who looks after it, what happened to it, and the record itself.
import { Anchor, Badge, Button, Group, Stack, Tabs, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Suspense, useState } from 'react';
import { api, body } from '../api/api.ts';
import type { Schema } from '../api/schema.ts';
import { nameOf } from '../contacts/name.ts';
import { lazily } from '../frame/lazily.tsx';
import { MoreButton } from '../frame/more.tsx';
import { Empty, Loading, Shown } from '../frame/states.tsx';
import { useText } from '../language/language.tsx';
import { EVERYWHERE } from '../list/choices.ts';
import { usePages } from '../list/pages.ts';
import { useSections } from '../record/custom-fields.ts';
import { DeleteRecord } from '../record/delete-record.tsx';
import { RecordFields } from '../record/fields.tsx';
import { Identifiers } from '../record/identifiers.tsx';
import { Notes } from '../record/notes.tsx';
import { Raw } from '../record/raw.tsx';
import { PERMISSIONS, recordQuery } from '../record/record.ts';
import { History } from '../record/timeline.tsx';
import { useMay } from '../session/session.ts';
import { Relationships } from './relationships.tsx';
import { ORGANIZATION_SECTIONS } from './sections.ts';

const NewContact = lazily(() => import('../contacts/new-contact.tsx'));
const ContactPoints = lazily(() => import('./contact-points.tsx'));
const TrustorLink = lazily(() => import('./trustor-link.tsx'));

export function OrganizationDetails({ id }: { id: string }) {
  const t = useText();
  const may = useMay();
  const query = useQuery(recordQuery('organization', id));
  const sections = useSections('organization', ORGANIZATION_SECTIONS);
  return (
    <Shown query={query}>
      {(stored) => {
        const organization = stored.body as Schema['ExternalOrganization'];
        return (
          <Stack gap="sm">
            <Group gap="xs">
              {organization.division?.name && <Badge variant="default">{organization.division.name}</Badge>}
              {organization.trustor && <Badge variant="light">{t('trustor.linked')}</Badge>}
              <DeleteRecord kind="organization" id={id} />
            </Group>
            <Tabs defaultValue="fields" keepMounted={false}>
              <Tabs.List>
                <Tabs.Tab value="fields">{t('record.fields')}</Tabs.Tab>
                <Tabs.Tab value="contacts">{t('contacts.title')}</Tabs.Tab>
                <Tabs.Tab value="notes">{t('notes.title')}</Tabs.Tab>
                <Tabs.Tab value="relationships">{t('relationships.title')}</Tabs.Tab>
                <Tabs.Tab value="points">{t('points.title')}</Tabs.Tab>
                {may('authorization:orgTrustor:view') && <Tabs.Tab value="trust">{t('trustor.title')}</Tabs.Tab>}
                <Tabs.Tab value="identifiers">{t('identifiers.title')}</Tabs.Tab>
                {may('liaison:audit:view') && <Tabs.Tab value="history">{t('record.history')}</Tabs.Tab>}
                <Tabs.Tab value="raw">JSON</Tabs.Tab>
              </Tabs.List>
              <Tabs.Panel value="fields" pt="sm" keepMounted>
                <RecordFields kind="organization" stored={stored} sections={sections} />
              </Tabs.Panel>
              <Tabs.Panel value="contacts" pt="sm">
                <Contacts organization={organization} />
              </Tabs.Panel>
              <Tabs.Panel value="notes" pt="sm">
                <Notes kind="organization" id={id} />
              </Tabs.Panel>
              <Tabs.Panel value="relationships" pt="sm">
                <Relationships id={id} />
              </Tabs.Panel>
              <Tabs.Panel value="points" pt="sm">
                <Suspense fallback={<Loading />}>
                  <ContactPoints id={id} />
                </Suspense>
              </Tabs.Panel>
              <Tabs.Panel value="trust" pt="sm">
                <Suspense fallback={<Loading />}>
                  <TrustorLink id={id} />
                </Suspense>
              </Tabs.Panel>
              <Tabs.Panel value="identifiers" pt="sm">
                <Identifiers identifiers={(organization.identifiers ?? []) as Schema['ContactIdentifier'][]} />
              </Tabs.Panel>
              <Tabs.Panel value="history" pt="sm">
                <History kind="organization" id={id} />
              </Tabs.Panel>
              <Tabs.Panel value="raw" pt="sm">
                <Raw record={organization} />
              </Tabs.Panel>
            </Tabs>
          </Stack>
        );
      }}
    </Shown>
  );
}

const PAGE = 50;

function Contacts({ organization: { id = '', name, division } }: { organization: Schema['ExternalOrganization'] }) {
  const t = useText();
  const may = useMay();
  const [creating, setCreating] = useState(false);
  const create = may(...PERMISSIONS.contact.add) && (
    <Button size="xs" variant="light" w="fit-content" onClick={() => setCreating(true)}>
      {t('contacts.new')}
    </Button>
  );
  const { pages, rows: contacts } = usePages(['contacts', 'of', id], (at, signal) =>
    body(
      api.GET('/api/v2/externalcontacts/organizations/{externalOrganizationId}/contacts', {
        params: { path: { externalOrganizationId: id }, query: { pageSize: PAGE, ...at } },
        signal,
      }),
    ),
  );
  return (
    <Stack gap="xs">
      <Shown query={pages}>
        {() => {
          if (contacts.length === 0) return <Empty title={t('organizations.contacts.none')} actions={create} />;
          return (
            <Stack gap="xs">
              {create}
              {contacts.map((contact) => (
                <Group key={contact.id} gap="xs">
                  <Anchor size="sm" component={Link} to="/contacts/$contactId" params={{ contactId: contact.id ?? '' } as never}>
                    {nameOf(contact) || t('contacts.nameless')}
                  </Anchor>
                  <Text size="sm" c="dimmed">
                    {contact.title}
                  </Text>
                </Group>
              ))}
              <MoreButton pages={pages} />
            </Stack>
          );
        }}
      </Shown>
      {creating && (
        <Suspense>
          <NewContact
            opened
            initial={{ externalOrganization: { id, name }, ...(division?.id && division.id !== EVERYWHERE ? { division: { id: division.id } } : {}) }}
            close={() => setCreating(false)}
          />
        </Suspense>
      )}
    </Stack>
  );
}
