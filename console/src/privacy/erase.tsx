// Forgetting a person, after the name was typed.
import { Button, Paper, Stack, Text, TextInput, Title } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, body } from '../api/api.ts';
import { modals } from '../frame/confirm.tsx';
import { notify } from '../frame/notify.ts';
import { useText } from '../language/language.tsx';
import { erasuresQuery } from './queries.ts';

const REASON_LENGTH_MAX = 200;

export function Erase({ contactId, name, records, onErased }: { contactId: string; name: string; records: number; onErased: () => void }) {
  const t = useText();
  const queries = useQueryClient();
  const [reason, setReason] = useState('');
  const ask = () =>
    modals.confirm({
      title: t('privacy.erase.title', { name: name || t('contacts.nameless') }),
      text: t('privacy.erase.text', { count: records }),
      confirm: t('privacy.erase.confirm'),
      typed: name || t('privacy.erase.word'),
      act: async () => {
        const { status } = await body(api.POST('/liaison/v1/subjects/erasures', { body: { contactIds: [contactId], reason: reason.trim() } }));
        notify({ message: t(status === 'requested' ? 'privacy.erase.waits' : 'privacy.erase.begun') });
        await queries.invalidateQueries({ queryKey: erasuresQuery.queryKey });
        onErased();
        for (const queryKey of [['contacts'], ['duplicates']]) queries.invalidateQueries({ queryKey });
        queries.removeQueries({ queryKey: ['contact', contactId] });
      },
    });
  return (
    <Paper withBorder p="md">
      <Stack gap="sm">
        <Title order={2} size="h5">
          {t('privacy.erase')}
        </Title>
        <Text size="sm">{t('privacy.erase.hint')}</Text>
        <TextInput
          label={t('privacy.erase.reason')}
          description={t('privacy.erase.reason.hint')}
          maw={480}
          required
          maxLength={REASON_LENGTH_MAX}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        <Button color="red" variant="light" w="fit-content" disabled={reason.trim() === ''} onClick={ask}>
          {t('privacy.erase.person')}
        </Button>
      </Stack>
    </Paper>
  );
}
