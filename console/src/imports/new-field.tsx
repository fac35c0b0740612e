// A custom field that a column of the file lacks, made where it is missed.
import { Modal, SegmentedControl, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useReturnFocus } from '../frame/return-focus.ts';
import { Shown } from '../frame/states.tsx';
import { useText } from '../language/language.tsx';
import { Form, useForm } from '../list/form.tsx';
import type { Kind } from '../record/record.ts';
import { coreTypes, list, save } from '../schemas/calls.ts';
import { documentOf, type Field, fieldsOf, keyOf } from '../schemas/document.ts';
import { FieldEditor } from '../schemas/field-editor.tsx';
import { COMPANY } from './targets.ts';

interface NewFieldProps {
  /** The column's name, which becomes the field's. */
  header: string;
  close: () => void;
  /** Takes the new field's path. */
  made: (path: string) => void;
}

interface Draft {
  kind: Kind;
  /** The schema that it is added to; a new one where there is none. */
  schemaId: string | undefined;
  field: Field;
}

export default function NewField({ header, close, made }: NewFieldProps) {
  const t = useText();
  useReturnFocus();
  const schemas = useQuery({
    queryKey: ['schemas', 'to add to'],
    staleTime: 0,
    queryFn: async ({ signal }) => {
      const [contact, organization] = await Promise.all([list('contact', signal), list('organization', signal)]);
      const inUse = ({ entities = [] }: typeof contact) => entities.filter(({ enabled, deleted }) => enabled !== false && !deleted);
      return { contact: inUse(contact), organization: inUse(organization) };
    },
  });
  return (
    <Modal opened onClose={close} title={t('imports.field.new', { column: header })} size="lg" closeButtonProps={{ 'aria-label': t('action.close') }}>
      <Shown query={schemas}>{(found) => <FieldForm header={header} schemas={found} close={close} made={made} />}</Shown>
    </Modal>
  );
}

type Schemas = Record<Kind, NonNullable<Awaited<ReturnType<typeof list>>['entities']>>;

function FieldForm({ header, schemas, close, made }: NewFieldProps & { schemas: Schemas }) {
  const t = useText();
  const takenIn = (kind: Kind, schemaId: string | undefined) =>
    new Set(fieldsOf(schemas[kind].find(({ id }) => id === schemaId)?.jsonSchema).map(({ key }) => key));
  /** To be added to this schema, under a key that it does not have yet. */
  const placed = (kind: Kind, schemaId: string | undefined, field: Field): Draft => ({
    kind,
    schemaId,
    field: { ...field, key: keyOf(field.title, field.type, takenIn(kind, schemaId)) },
  });
  const form = useForm({
    initial: placed('contact', schemas.contact[0]?.id, fresh(header)),
    save: ({ kind, schemaId, field }) => {
      const { name = t('imports.field.schema'), jsonSchema, version } = schemas[kind].find(({ id }) => id === schemaId) ?? {};
      const fields = [...fieldsOf(jsonSchema), field];
      return save(kind, schemaId, {
        name,
        enabled: true,
        jsonSchema: documentOf(name, fields, jsonSchema),
        ...(version === undefined ? {} : { version }),
      });
    },
    saved: () => {
      made(`${kind === 'contact' ? '$.' : COMPANY}customFields.${field.key}`);
      close();
    },
  });
  const { kind, schemaId, field } = form.draft;
  const types = useQuery({ queryKey: ['coreTypes', kind], staleTime: Number.POSITIVE_INFINITY, queryFn: () => coreTypes(kind) });
  return (
    <Form form={form} submit="list.create" close={close} disabled={field.title.trim() === ''}>
      <SegmentedControl
        size="xs"
        w="fit-content"
        aria-label={t('imports.field.kind')}
        value={kind}
        onChange={(next) => form.setDraft(placed(next as Kind, schemas[next as Kind][0]?.id, field))}
        data={(['contact', 'organization'] as const).map((value) => ({ value, label: t(`imports.fields.${value}`) }))}
      />
      {schemas[kind].length > 1 && (
        <Select
          size="xs"
          label={t('imports.field.into')}
          allowDeselect={false}
          data={schemas[kind].map(({ id = '', name = id }) => ({ value: id, label: name }))}
          {...form.choice('schemaId')}
          onChange={(next) => form.setDraft(placed(kind, next ?? undefined, field))}
        />
      )}
      <FieldEditor
        field={field}
        coreTypes={types.data ?? []}
        faults={form.faults}
        taken={takenIn(kind, schemaId)}
        onChange={(next) => form.set('field', next)}
      />
    </Form>
  );
}

const fresh = (title: string): Field => ({ key: keyOf(title, 'text'), title, type: 'text', required: false, bounds: {}, options: {} });
