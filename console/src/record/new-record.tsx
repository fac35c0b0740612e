// A record that is made: the fields that one knows first, and its division where there are several.
import { Modal, SimpleGrid } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { api, body } from '../api/api.ts';
import { mayLeave } from '../api/unsaved.ts';
import { useQuestion } from '../frame/confirm.tsx';
import { useReturnFocus } from '../frame/return-focus.ts';
import { useText } from '../language/language.tsx';
import { Chooser } from '../list/chooser.tsx';
import { Form, useForm } from '../list/form.tsx';
import { type EditField, Input } from './fields.tsx';
import { type Kind, PERMISSIONS, type RecordBody, valueAt, withValue } from './record.ts';

interface NewRecordProps {
  kind: Kind;
  /** The fields that are asked for. */
  fields: readonly EditField[];
  /** What it has from the beginning. */
  initial?: RecordBody;
  opened: boolean;
  close: () => void;
}

const CREATE = { contact: '/api/v2/externalcontacts/contacts', organization: '/api/v2/externalcontacts/organizations' } as const;

const NOTHING: RecordBody = {};

export function NewRecord({ kind, fields, initial = NOTHING, opened, close }: NewRecordProps) {
  const t = useText();
  useReturnFocus();
  const navigate = useNavigate();
  const asked = useQuestion();
  const leave = async () => (await mayLeave()) && close();
  const form = useForm({
    initial,
    save: (draft) => body(api.POST(CREATE[kind], { body: draft as never })) as Promise<{ id?: string }>,
    saved: ({ id }) => {
      close();
      navigate({ to: `/${kind}s/${id}` as never });
    },
  });
  const { draft, setDraft, faults } = form;
  return (
    <Modal opened={opened} onClose={leave} closeOnEscape={!asked} title={t(`${kind}s.new`)} size="lg" closeButtonProps={{ 'aria-label': t('action.close') }}>
      <Form form={form} submit={`${kind}s.create`} close={leave}>
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          {fields.map((field, i) => (
            <Input
              key={field.path}
              first={i === 0}
              field={field}
              label={typeof field.text === 'string' ? t(field.text) : field.text.words}
              value={valueAt(draft, field.path)}
              fault={faults[field.path]}
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
      </Form>
    </Modal>
  );
}
