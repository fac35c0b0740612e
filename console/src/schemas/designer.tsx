// Builds a schema out of core types, and shows beside it the form that it makes.
import { Alert, Button, Fieldset, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { Schema } from '../api/schema.ts';
import { useText } from '../language/language.tsx';
import { Form, useForm } from '../list/form.tsx';
import type { Kind } from '../record/record.ts';
import { coreTypes, save } from './calls.ts';
import { documentOf, type Field, fieldsOf, keyOf } from './document.ts';
import { FieldEditor } from './field-editor.tsx';
import { Preview } from './preview.tsx';

type DataSchema = Schema['DataSchema'];

interface DesignerProps {
  kind: Kind;
  schema?: DataSchema;
  saved?(schema: DataSchema): void;
}

export function Designer({ kind, schema, saved }: DesignerProps) {
  const t = useText();
  const types = useQuery({ queryKey: ['coreTypes', kind], staleTime: Number.POSITIVE_INFINITY, queryFn: () => coreTypes(kind) });
  const form = useForm({
    initial: { name: schema?.name ?? '', fields: fieldsOf(schema?.jsonSchema) },
    save: ({ name, fields }) =>
      save(kind, schema?.id, {
        name,
        enabled: schema?.enabled !== false,
        jsonSchema: documentOf(name, fields, schema?.jsonSchema),
        ...(schema?.version === undefined ? {} : { version: schema.version }),
      }),
    ...(saved ? { saved } : {}),
  });
  const { fields } = form.draft;
  const set = (next: Field[]) => form.set('fields', next);
  const change = (at: number, field: Field) => set(fields.map((one, i) => (i === at ? field : one)));
  const move = (at: number, by: number) => {
    const next = [...fields];
    next.splice(at + by, 0, ...next.splice(at, 1));
    set(next);
  };
  const add = () => {
    const title = t('schemas.field.new');
    const key = keyOf(title, 'text', new Set(fields.map((field) => field.key)));
    set([...fields, { key, title, type: 'text', required: false, bounds: {}, options: {} }]);
  };
  return (
    <Form form={form} submit={schema ? 'action.save' : 'list.create'} disabled={form.draft.name.trim() === ''}>
      {schema && <Alert>{t('schemas.kept.hint')}</Alert>}
      <TextInput data-autofocus={schema ? undefined : true} label={t('list.name')} {...form.text('name')} />
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
        <Stack>
          {fields.map((field, i) => (
            <FieldEditor
              // biome-ignore lint/suspicious/noArrayIndexKey: a field has no other name that stays while it is edited.
              key={i}
              field={field}
              coreTypes={types.data ?? []}
              faults={form.faults}
              taken={new Set(fields.filter((_, at) => at !== i).map(({ key }) => key))}
              onChange={(next) => change(i, next)}
              up={i > 0 ? () => move(i, -1) : undefined}
              down={i < fields.length - 1 ? () => move(i, 1) : undefined}
              remove={field.stored ? undefined : () => set(fields.filter((_, at) => at !== i))}
            />
          ))}
          <Button size="xs" variant="light" w="fit-content" leftSection={<IconPlus size={16} aria-hidden />} onClick={add}>
            {t('schemas.field.add')}
          </Button>
        </Stack>
        <Fieldset legend={t('schemas.preview')}>
          <Preview fields={fields} />
        </Fieldset>
      </SimpleGrid>
    </Form>
  );
}
