// A record that is made: the fields that one knows first, and its division where there are several.
import { Button, Group, Modal, SimpleGrid, Stack } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { ApiError, api, body } from '../api/api.ts';
import { Refused } from '../frame/refused.tsx';
import { useReturnFocus } from '../frame/return-focus.ts';
import { useText } from '../language/language.tsx';
import { Chooser } from '../list/chooser.tsx';
import { type EditField, Input } from './fields.tsx';
import { type Kind, PERMISSIONS, type RecordBody, valueAt, withValue } from './record.ts';

interface NewRecordProps {
  kind: Kind;
  /** The fields that are asked for. */
  fields: readonly EditField[];
  opened: boolean;
  close: () => void;
}

export function NewRecord(props: NewRecordProps) {
  const t = useText();
  useReturnFocus();
  return (
    <Modal opened={props.opened} onClose={props.close} title={t(`${props.kind}s.new`)} size="lg" closeButtonProps={{ 'aria-label': t('action.close') }}>
      <Form {...props} />
    </Modal>
  );
}

const CREATE = { contact: '/api/v2/externalcontacts/contacts', organization: '/api/v2/externalcontacts/organizations' } as const;

function Form({ kind, fields, close }: NewRecordProps) {
  const t = useText();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [draft, setDraft] = useState<RecordBody>({});
  const creating = useMutation({
    mutationFn: () => body(api.POST(CREATE[kind], { body: draft as never })) as Promise<{ id?: string }>,
    onSuccess: async (made) => {
      close();
      await queries.invalidateQueries({ queryKey: [`${kind}s`] });
      await navigate({ to: `/${kind}s/${made.id}` as never });
    },
  });
  const refused = creating.error instanceof ApiError ? creating.error : undefined;
  return (
    <Stack
      component="form"
      onSubmit={(event) => {
        event.preventDefault();
        creating.mutate();
      }}
    >
      <Refused error={creating.error} fields={fields.map(({ path }) => path)} />
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
        <Chooser
          ifSeveral
          label={t('field.division')}
          of={{ permission: PERMISSIONS[kind].add[0] }}
          value={(valueAt(draft, 'division.id') as string | undefined) ?? null}
          onChange={(id) => setDraft(withValue(draft, 'division.id', id ?? undefined))}
          clearable
        />
      </SimpleGrid>
      <Group>
        <Button type="submit" loading={creating.isPending}>
          {t(`${kind}s.create`)}
        </Button>
        <Button variant="default" onClick={close}>
          {t('action.cancel')}
        </Button>
      </Group>
    </Stack>
  );
}
