// A contact's own page.
import { Stack, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import type { Schema } from '../api/schema.ts';
import { useText } from '../language/language.tsx';
import { recordQuery } from '../record/record.ts';
import { ContactDetails } from './contact-details.tsx';
import { nameOf } from './name.ts';

export function Contact() {
  const t = useText();
  const { contactId = '' } = useParams({ strict: false });
  const { data } = useQuery(recordQuery('contact', contactId));
  return (
    <Stack maw={1000}>
      <Title order={1} size="h3" className="breaking">
        {data ? nameOf(data.body as Schema['ExternalContact']) || t('contacts.nameless') : ' '}
      </Title>
      <ContactDetails id={contactId} />
    </Stack>
  );
}
