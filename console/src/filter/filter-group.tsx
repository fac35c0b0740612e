// Conditions that must all hold, or one of which must; a group may have groups within.
import { ActionIcon, Button, Group, Paper, SegmentedControl, Select, Stack, Switch, TagsInput, TextInput } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { type TextKey, useText } from '../language/language.tsx';
import { dayOf } from '../trust/days.ts';
import { type Condition, type FilterField, type Group as FilterParts, isGroup, type Kind, OPERATORS, type Operator } from './filter.ts';

interface FilterGroupProps {
  fields: readonly FilterField[];
  group: FilterParts;
  onChange: (group: FilterParts) => void;
  depth?: number;
}

/** The server takes eight; more than three cannot be read. */
const DEPTH_MAX = 3;

export function FilterGroup({ fields, group, onChange, depth = 0 }: FilterGroupProps) {
  const t = useText();
  const { join, parts } = group;
  const replace = (at: number, part: Condition | FilterParts) => onChange({ join, parts: parts.map((old, i) => (i === at ? part : old)) });
  const remove = (at: number) => onChange({ join, parts: parts.filter((_, i) => i !== at) });
  const first = fields[0] as FilterField;
  const fresh: Condition = { field: first.path, ...startOf(first.kind) };
  return (
    <Stack gap="xs">
      <SegmentedControl
        size="xs"
        w="fit-content"
        aria-label={t('filter.join')}
        value={join}
        onChange={(value) => onChange({ join: value as FilterParts['join'], parts })}
        data={[
          { value: 'and', label: t('filter.all') },
          { value: 'or', label: t('filter.any') },
        ]}
      />
      {parts.map((part, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: conditions have no other name than their place.
        <Group key={i} gap="xs" wrap="nowrap" align="flex-start">
          {isGroup(part) ? (
            <Paper withBorder p="xs" flex={1} miw={0}>
              <FilterGroup fields={fields} group={part} onChange={(next) => replace(i, next)} depth={depth + 1} />
            </Paper>
          ) : (
            <ConditionRow fields={fields} condition={part} onChange={(next) => replace(i, next)} />
          )}
          <ActionIcon variant="subtle" flex="none" aria-label={t('filter.removeOne')} onClick={() => remove(i)}>
            <IconX size={16} aria-hidden />
          </ActionIcon>
        </Group>
      ))}
      <Group gap="xs">
        <Button size="compact-xs" variant="light" leftSection={<IconPlus size={14} aria-hidden />} onClick={() => onChange({ join, parts: [...parts, fresh] })}>
          {t('filter.add')}
        </Button>
        {depth < DEPTH_MAX - 1 && (
          <Button
            size="compact-xs"
            variant="subtle"
            onClick={() => onChange({ join, parts: [...parts, { join: join === 'and' ? 'or' : 'and', parts: [fresh] }] })}
          >
            {t('filter.addGroup')}
          </Button>
        )}
      </Group>
    </Stack>
  );
}

function ConditionRow({ fields, condition, onChange }: { fields: readonly FilterField[]; condition: Condition; onChange: (condition: Condition) => void }) {
  const t = useText();
  const kind: Kind = fields.find(({ path }) => path === condition.field)?.kind ?? 'text';
  const labelOf = (text: FilterField['text']) => (typeof text === 'string' ? t(text) : text.words);
  return (
    <Group gap="xs" flex={1} miw={0}>
      <Select
        size="xs"
        w={widthOf(180)}
        searchable
        allowDeselect={false}
        comboboxProps={{ withinPortal: false }}
        aria-label={t('filter.field')}
        value={condition.field}
        data={fields.map(({ path, text }) => ({ value: path, label: labelOf(text) }))}
        onChange={(path) => path && onChange({ field: path, ...startOf(fields.find((field) => field.path === path)?.kind ?? 'text') })}
      />
      <Select
        size="xs"
        w={widthOf(140)}
        allowDeselect={false}
        comboboxProps={{ withinPortal: false }}
        aria-label={t('filter.operator')}
        value={condition.operator}
        data={OPERATORS[kind].map((operator) => ({ value: operator, label: t(`filter.operator.${operator}` as TextKey) }))}
        onChange={(operator) => operator && onChange({ ...condition, operator: operator as Operator })}
      />
      <Value kind={kind} condition={condition} onChange={(values) => onChange({ ...condition, values })} />
    </Group>
  );
}

/** On a narrow screen they stand one below the other. */
const widthOf = (pixels: number) => ({ base: '100%', sm: pixels });

const startOf = (kind: Kind): Omit<Condition, 'field'> => ({ operator: OPERATORS[kind][0] as Operator, values: [kind === 'boolean' ? true : ''] });

function Value({ kind, condition: { operator, values }, onChange }: { kind: Kind; condition: Condition; onChange: (values: Condition['values']) => void }) {
  const t = useText();
  const label = t('filter.value');
  const [value] = values;
  if (operator === 'exists' || operator === 'missing') return null;
  if (operator === 'in') {
    return (
      <TagsInput
        size="xs"
        w={widthOf(220)}
        aria-label={label}
        value={values.filter((one) => one !== '').map(String)}
        onChange={onChange}
        comboboxProps={{ withinPortal: false }}
      />
    );
  }
  if (kind === 'boolean') {
    return (
      <Switch
        size="sm"
        aria-label={label}
        checked={value === true}
        onChange={(event) => onChange([event.currentTarget.checked])}
        label={value === true ? t('filter.yes') : t('filter.no')}
      />
    );
  }
  if (kind === 'date') {
    // A day of the reader's own, from its first moment.
    const day = typeof value === 'string' && value !== '' ? dayOf(value) : '';
    return (
      <TextInput
        size="xs"
        w={widthOf(160)}
        type="date"
        aria-label={label}
        value={day}
        onChange={(event) => onChange([event.currentTarget.value === '' ? '' : new Date(`${event.currentTarget.value}T00:00`).toISOString()])}
      />
    );
  }
  return (
    <TextInput
      size="xs"
      w={widthOf(220)}
      aria-label={label}
      type={kind === 'number' ? 'number' : 'text'}
      value={String(value ?? '')}
      onChange={({ currentTarget }) => onChange([kind === 'number' && currentTarget.value !== '' ? Number(currentTarget.value) : currentTarget.value])}
    />
  );
}
