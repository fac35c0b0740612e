// One field: what it is called, of what type, and between what bounds. A stored one can only be widened.
import { ActionIcon, Checkbox, Fieldset, Group, NumberInput, Select, SimpleGrid, Stack, TagsInput, TextInput } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconTrash, type TablerIcon } from '@tabler/icons-react';
import type { Schema } from '../api/schema.ts';
import { useText } from '../language/language.tsx';
import { BOUNDS, CORE_TYPES, type CoreType, type Field, keyOf, plain } from './document.ts';

interface FieldEditorProps {
  field: Field;
  coreTypes: readonly Schema['Coretype'][];
  faults: Readonly<Record<string, string>>;
  /** Keys of the others. */
  taken: ReadonlySet<string>;
  onChange(field: Field): void;
  /** Its place among others, where it has any. */
  up?: (() => void) | undefined;
  down?: (() => void) | undefined;
  remove?: (() => void) | undefined;
}

export function FieldEditor({ field, coreTypes, faults, taken, onChange, up, down, remove }: FieldEditorProps) {
  const t = useText();
  const { key, title, type, stored } = field;
  const takes = coreTypes.find(({ name }) => name === type)?.validationFields ?? [];
  const at = `jsonSchema.properties.${key}`;
  // The key follows the title and the type until the field is stored.
  const rename = (next: string) => onChange({ ...field, title: next, key: stored ? key : keyOf(next, type, taken) });
  const retype = (next: CoreType) => onChange({ ...field, type: next, key: keyOf(title, next, taken), bounds: {}, options: {} });
  return (
    <Fieldset legend={title || key}>
      <Stack gap="xs">
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <TextInput
            size="xs"
            label={t('schemas.field.title')}
            value={title}
            error={faults[`${at}.title`] ?? faults[at]}
            onChange={(event) => rename(event.currentTarget.value)}
          />
          <Select
            size="xs"
            label={t('schemas.field.type')}
            allowDeselect={false}
            disabled={stored !== undefined}
            data={CORE_TYPES.map((value) => ({ value, label: t(`schemas.type.${value}`) }))}
            value={type}
            onChange={(next) => retype(next as CoreType)}
          />
          <TextInput
            size="xs"
            label={t('schemas.field.key')}
            value={key}
            disabled={stored !== undefined}
            error={faults['jsonSchema.properties']}
            onChange={(event) => onChange({ ...field, key: event.currentTarget.value })}
          />
          {BOUNDS.filter((bound) => takes.includes(bound)).map((bound) => (
            <NumberInput
              key={bound}
              size="xs"
              label={t(`schemas.bound.${bound}`)}
              value={field.bounds[bound] ?? ''}
              error={faults[`${at}.${bound}`]}
              onChange={(value) => {
                const { [bound]: _, ...rest } = field.bounds;
                onChange({ ...field, bounds: value === '' ? rest : { ...rest, [bound]: Number(value) } });
              }}
            />
          ))}
        </SimpleGrid>
        {type === 'enum' && <Options field={field} fault={faults[`${at}.enum`]} onChange={onChange} />}
        <Group justify="space-between">
          <Checkbox
            size="xs"
            label={t('schemas.field.required')}
            checked={field.required}
            disabled={stored !== undefined && !field.required}
            onChange={(event) => onChange({ ...field, required: event.currentTarget.checked })}
          />
          <Group gap={4}>
            {(up || down) && (
              <>
                <Act icon={IconArrowUp} label={t('schemas.field.up', { title })} act={up} />
                <Act icon={IconArrowDown} label={t('schemas.field.down', { title })} act={down} />
              </>
            )}
            {remove && <Act icon={IconTrash} label={t('schemas.field.remove', { title })} act={remove} />}
          </Group>
        </Group>
      </Stack>
    </Fieldset>
  );
}

/** By their titles; the key of a new one is made of its title. */
function Options({ field, fault, onChange }: { field: Field; fault: string | undefined; onChange(field: Field): void }) {
  const t = useText();
  const { options } = field;
  return (
    <TagsInput
      size="xs"
      label={t('schemas.field.options')}
      description={t('schemas.field.options.hint')}
      value={Object.values(options)}
      error={fault}
      onChange={(titles) => {
        const keyed = new Map(Object.entries(options).map(([option, title]) => [title, option]));
        onChange({ ...field, options: Object.fromEntries(titles.map((title) => [keyed.get(title) ?? plain(title), title])) });
      }}
    />
  );
}

function Act({ icon: Icon, label, act }: { icon: TablerIcon; label: string; act: (() => void) | undefined }) {
  return (
    <ActionIcon variant="subtle" aria-label={label} disabled={!act} onClick={act}>
      <Icon size={16} aria-hidden />
    </ActionIcon>
  );
}
