// A contact that is made: the fields that one knows first, and its division where there are several.
import { Alert, Button, Group, Modal, Select, SimpleGrid, Stack } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { ApiError, api, body } from '../api/api.ts';
import { useText } from '../language/language.tsx';
import { divisionsQuery } from '../record/divisions.ts';
import { Input } from '../record/fields.tsx';
import { type RecordBody, valueAt, withValue } from '../record/record.ts';
import { CONTACT_SECTIONS } from './sections.ts';

const FIRST = ['firstName', 'lastName', 'title', 'workEmail', 'workPhone.display', 'address.city'];

export function NewContact({ opened, close }: { opened: boolean; close: () => void }) {
  const t = useText();
  return (
    <Modal opened={opened} onClose={close} title={t('contacts.new')} size="lg" closeButtonProps={{ 'aria-label': t('action.close') }}>
      <Form close={close} />
    </Modal>
  );
}

function Form({ close }: { close: () => void }) {
  const t = useText();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const divisions = useQuery(divisionsQuery('externalContacts:contact:add'));
  const [draft, setDraft] = useState<RecordBody>({});
  const creating = useMutation({
    mutationFn: () => body(api.POST('/api/v2/externalcontacts/contacts', { body: draft as never })),
    onSuccess: async (made) => {
      close();
      await queries.invalidateQueries({ queryKey: ['contacts'] });
      await navigate({ to: `/contacts/${made.id}` });
    },
  });
  const refused = creating.error instanceof ApiError ? creating.error : undefined;
  const fields = CONTACT_SECTIONS.flatMap((section) => section.fields).filter(({ path }) => FIRST.includes(path));
  return (
    <Stack
      component="form"
      onSubmit={(event) => {
        event.preventDefault();
        creating.mutate();
      }}
    >
      {refused && <Alert color="red" title={refused.message} />}
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        {fields.map((field) => (
          <Input
            key={field.path}
            field={field}
            label={typeof field.text === 'string' ? t(field.text) : field.text.words}
            value={valueAt(draft, field.path)}
            fault={refused?.fields[field.path]}
            onChange={(value) => setDraft(withValue(draft, field.path, value))}
          />
        ))}
        {(divisions.data?.length ?? 0) > 1 && (
          <Select
            label={t('field.division')}
            data={divisions.data?.map(({ id, name }) => ({ value: id, label: name })) ?? []}
            value={(valueAt(draft, 'division.id') as string | undefined) ?? null}
            onChange={(id) => setDraft(withValue(draft, 'division.id', id ?? undefined))}
            clearable
          />
        )}
      </SimpleGrid>
      <Group>
        <Button type="submit" loading={creating.isPending}>
          {t('contacts.create')}
        </Button>
        <Button variant="default" onClick={close}>
          {t('action.cancel')}
        </Button>
      </Group>
    </Stack>
  );
}
