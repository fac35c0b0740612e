// The other organization's number is looked up, its people are given roles, and then they are let in.
import { Checkbox, Fieldset, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { api, body } from '../api/api.ts';
import type { Schema } from '../api/schema.ts';
import { useText } from '../language/language.tsx';
import { Form, useForm } from '../list/form.tsx';
import { type Grant, Grants } from '../list/grants.tsx';
import type { Opened } from '../list/list-screen.tsx';
import { endOfDay } from './days.ts';

type Pairing = Schema['TrustRequest'];

export function AcceptPairing({ open }: Opened) {
  const t = useText();
  const [pairing, setPairing] = useState<Pairing>();
  const looking = useForm({
    initial: { pairingId: '' },
    save: ({ pairingId }) => body(api.GET('/api/v2/orgauthorization/pairings/{pairingId}', { params: { path: { pairingId: pairingId.trim() } } })),
    saved: setPairing,
    quiet: true,
  });
  return (
    <Stack>
      <Form form={looking} submit="trust.pairing.look" disabled={looking.draft.pairingId.trim() === ''}>
        <TextInput data-autofocus label={t('trust.pairing')} {...looking.text('pairingId')} />
      </Form>
      {pairing && <Accept key={pairing.id} pairing={pairing} accepted={open} />}
    </Stack>
  );
}

function Accept({ pairing: { id, trustee, users = [], groups = [] }, accepted }: { pairing: Pairing; accepted(trusteeOrgId: string): void }) {
  const t = useText();
  const form = useForm({
    initial: { enabled: true, dateExpired: '', grants: {} as Record<string, Grant[]> },
    save: ({ enabled, dateExpired, grants }) => {
      const member = (one: { id?: string }) => ({ id: one.id ?? '', roleDivisions: { grants: grants[one.id ?? ''] ?? [] } });
      const until = endOfDay(dateExpired);
      return body(
        api.POST('/api/v2/orgauthorization/trustees', {
          body: { pairingId: id ?? '', enabled, ...(until ? { dateExpired: until } : {}), users: users.map(member), groups: groups.map(member) },
        }),
      );
    },
    saved: (made) => accepted(made.id ?? ''),
  });
  return (
    <Form form={form} submit="trust.accept.submit">
      <Text fw={600}>{t('trust.pairing.from', { name: trustee?.name ?? '' })}</Text>
      {[...users, ...groups].map((member) => (
        <Fieldset key={member.id} legend={member.name}>
          <Grants
            grants={form.draft.grants[member.id ?? ''] ?? []}
            onChange={(grants) => form.set('grants', { ...form.draft.grants, [member.id ?? '']: grants })}
          />
        </Fieldset>
      ))}
      <TextInput type="date" w={200} label={t('trust.expires')} description={t('trust.expires.hint')} {...form.text('dateExpired')} />
      <Checkbox label={t('list.active')} {...form.check('enabled')} />
    </Form>
  );
}
