// An erasure that waits for a second person, who may be whoever looks at it.
import { Anchor, Group, Paper, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { FormattedDate } from 'react-intl';
import { api } from '../api/api.ts';
import type { Schema } from '../api/schema.ts';
import { useText } from '../language/language.tsx';
import { ActButton } from '../list/act-button.tsx';
import { useSession } from '../session/session.ts';

const SHOWN = 5;

interface WaitingErasureProps {
  erasure: Schema['LiaisonErasure'];
  nameOf(userId: string): string;
}

export function WaitingErasure({ erasure: { id, reason, createdBy, firstApprovedBy, dateExpires, subjects }, nameOf }: WaitingErasureProps) {
  const t = useText();
  const { user } = useSession();
  const asker = createdBy.id ?? '';
  const own = asker === user.id;
  const path = { erasureId: id };
  const contacts = subjects.flatMap(({ contact }) => contact?.id ?? []);
  return (
    <Paper withBorder p="sm" component="section" aria-label={t('privacy.waiting')}>
      <Group justify="space-between">
        <Stack gap={2}>
          <Text size="sm" fw={600}>
            {reason || id}
          </Text>
          <Text size="xs" c="dimmed">
            {t('privacy.waiting.by')} {nameOf(asker)} · {firstApprovedBy && `${t('privacy.waiting.first')} ${nameOf(firstApprovedBy.id ?? '')} · `}
            {t('privacy.waiting.until')} <FormattedDate value={dateExpires} dateStyle="medium" timeStyle="short" />
          </Text>
          {contacts.slice(0, SHOWN).map((contact) => (
            <Anchor key={contact} component={Link} to={`/contacts/${contact}` as never} size="xs">
              {contact}
            </Anchor>
          ))}
          {contacts.length > SHOWN && '…'}
        </Stack>
        <Group gap="xs">
          {own || firstApprovedBy?.id === user.id ? (
            <Text size="sm">{t('privacy.waiting.own')}</Text>
          ) : (
            <ActButton
              text="privacy.approve"
              question={{ title: t('privacy.approve.title'), text: t('privacy.approve.hint', { count: contacts.length }) }}
              act={() => api.POST('/liaison/v1/subjects/erasures/{erasureId}/approve', { params: { path } }) as Promise<unknown>}
            />
          )}
          <ActButton
            text={own ? 'privacy.takeBack' : 'privacy.refuse'}
            act={() => api.POST('/liaison/v1/subjects/erasures/{erasureId}/refuse', { params: { path } }) as Promise<unknown>}
          />
        </Group>
      </Group>
    </Paper>
  );
}
