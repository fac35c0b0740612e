// Finds who is meant: by words as everywhere, or by exactly what identifies a person, which also leads to contacts that
// were only observed.
import { Button, Group, Paper, Select, Stack, Text, TextInput, Title, UnstyledButton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { ApiError, api, body } from '../api/api.ts';
import type { Schema } from '../api/schema.ts';
import { nameOf } from '../contacts/name.ts';
import { useKeys } from '../frame/hotkeys.ts';
import { Empty, Shown } from '../frame/states.tsx';
import { useText } from '../language/language.tsx';

type Contact = Schema['ExternalContact'];
const WAYS = [
  'words',
  'Email',
  'Phone',
  'ExternalId',
  'Cookie',
  'SocialWhatsapp',
  'SocialTwitter',
  'SocialFacebook',
  'SocialInstagram',
  'SocialLine',
  'AppleOpaqueId',
] as const;
type Way = (typeof WAYS)[number];

export interface Sought {
  by?: Way;
  value?: string;
  /** For external ids: whose. */
  source?: string;
}

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const MOST = 25;

export function FindPerson({ sought, onSeek, onPick }: { sought: Sought; onSeek: (sought: Sought) => void; onPick: (contactId: string) => void }) {
  const t = useText();
  const field = useRef<HTMLInputElement>(null);
  useKeys([['/', () => field.current?.focus()]]);
  const [by, setBy] = useState<Way>(sought.by ?? 'words');
  const [value, setValue] = useState(String(sought.value ?? ''));
  const [source, setSource] = useState(sought.source ?? null);
  const sources = useQuery({
    queryKey: ['external sources', 'all'],
    enabled: by === 'ExternalId',
    queryFn: async () => (await body(api.GET('/api/v2/externalcontacts/externalsources', { params: { query: { limit: 200 } } })))?.entities ?? [],
  });
  return (
    <Stack gap="sm">
      <Paper
        withBorder
        p="md"
        component="form"
        role="search"
        aria-label={t('privacy.find')}
        onSubmit={(event: React.FormEvent) => {
          event.preventDefault();
          const words = value.trim();
          if (by === 'words' && ID.test(words)) onPick(words);
          else if (words !== '') onSeek({ by, value: words, ...(by === 'ExternalId' && source ? { source } : {}) });
        }}
      >
        <Group align="flex-end">
          <Select
            label={t('privacy.find.by')}
            w={200}
            allowDeselect={false}
            data={WAYS.map((way) => ({ value: way, label: t(`privacy.by.${way}`) }))}
            value={by}
            onChange={(way) => way && setBy(way as Way)}
          />
          {by === 'ExternalId' && (
            <Select
              label={t('privacy.find.source')}
              w={200}
              data={sources.data?.map(({ id, name }) => ({ value: id ?? '', label: name ?? '' })) ?? []}
              value={source}
              onChange={setSource}
            />
          )}
          <TextInput
            ref={field}
            flex={1}
            miw={220}
            label={t(by === 'words' ? 'privacy.find.words' : 'privacy.find.value')}
            placeholder={by === 'words' ? t('privacy.find.words.hint') : by === 'Phone' ? '+49 …' : undefined}
            value={value}
            onChange={(event) => setValue(event.currentTarget.value)}
          />
          <Button type="submit" disabled={value.trim() === '' || (by === 'ExternalId' && !source)}>
            {t('privacy.find.go')}
          </Button>
        </Group>
      </Paper>
      {sought.value !== undefined && <Found sought={sought} onPick={onPick} />}
    </Stack>
  );
}

async function seek({ by = 'words', value = '', source }: Sought, signal: AbortSignal): Promise<Contact[]> {
  const words = String(value);
  if (by === 'words') {
    const query = { q: words, pageSize: MOST, expand: ['externalOrganization' as const] };
    return (await body(api.GET('/api/v2/externalcontacts/contacts', { params: { query: query as never }, signal }))).entities ?? [];
  }
  const identifier = { type: by, value: words, ...(source ? { externalSource: { id: source } } : {}) } as Schema['ContactIdentifier'];
  try {
    return [await body(api.POST('/api/v2/externalcontacts/identifierlookup/contacts', { body: identifier, signal }))];
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return [];
    throw error;
  }
}

function Found({ sought, onPick }: { sought: Sought; onPick: (contactId: string) => void }) {
  const t = useText();
  const found = useQuery({ queryKey: ['contacts', 'person', sought], queryFn: ({ signal }) => seek(sought, signal) });
  return (
    <Shown query={found}>
      {(contacts) =>
        contacts.length === 0 ? (
          <Empty title={t('privacy.nobody')}>{t('privacy.nobody.hint')}</Empty>
        ) : (
          <Paper withBorder component="section" aria-labelledby="found">
            <Title order={2} size="h6" px="sm" pt="sm" id="found">
              {t('privacy.found')}
            </Title>
            {contacts.map((contact) => (
              <UnstyledButton key={contact.id} className="queue-pair" onClick={() => onPick(contact.id ?? '')}>
                <Text size="sm" fw={600}>
                  {nameOf(contact) || t('contacts.nameless')}
                </Text>
                <Text size="xs" c="dimmed">
                  {[contact.title, contact.externalOrganization?.name, contact.workEmail, contact.workPhone?.display].filter(Boolean).join(' · ')}
                </Text>
              </UnstyledButton>
            ))}
          </Paper>
        )
      }
    </Shown>
  );
}
