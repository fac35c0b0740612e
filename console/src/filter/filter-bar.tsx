// The filter of a table: a chip for each condition, and a panel where they are built.
import { Button, Group, Pill } from '@mantine/core';
import { IconFilter } from '@tabler/icons-react';
import { useIntl } from 'react-intl';
import { Deferred } from '../frame/deferred.tsx';
import { lazily } from '../frame/lazily.tsx';
import { useText } from '../language/language.tsx';
import { type Condition, type Filter, type FilterField, type Group as FilterParts, filterOf, groupOf, isGroup } from './filter.ts';

const FilterPanel = lazily(() => import('./filter-panel.tsx'));

export interface FilterBarProps {
  fields: readonly FilterField[];
  filter: Filter | undefined;
  onChange: (filter: Filter | undefined) => void;
}

export function FilterBar({ fields, filter, onChange }: FilterBarProps) {
  const t = useText();
  const group = groupOf(filter);
  const describe = useDescription(fields);
  const without = (parts: FilterParts, at: number) => onChange(filterOf({ ...parts, parts: parts.parts.filter((_, i) => i !== at) }));
  return (
    <Group gap="xs" maw="100%">
      <Deferred
        kind="dialog"
        button={
          <Button size="xs" variant="default" leftSection={<IconFilter size={16} aria-hidden />}>
            {t('filter.title')}
          </Button>
        }
      >
        {(target) => <FilterPanel target={target} fields={fields} filter={filter} onChange={onChange} />}
      </Deferred>
      {group?.parts.map((part, i) => (
        <Pill
          // biome-ignore lint/suspicious/noArrayIndexKey: two conditions may be alike, and are told apart by their place.
          key={i}
          size="md"
          maw="100%"
          withRemoveButton
          removeButtonProps={{ 'aria-label': t('filter.remove', { condition: describe(part) }), tabIndex: 0, 'aria-hidden': false }}
          onRemove={() => without(group, i)}
        >
          {describe(part)}
        </Pill>
      ))}
      {!group && <Pill size="md">{t('filter.byHand')}</Pill>}
    </Group>
  );
}

/** What a condition says, in words. */
function useDescription(fields: readonly FilterField[]): (part: Condition | FilterParts) => string {
  const t = useText();
  const { formatDate } = useIntl();
  const momentOf = (value: Condition['values'][number]) => {
    const time = new Date(String(value));
    if (Number.isNaN(time.getTime())) return value;
    const isDay = time.getHours() + time.getMinutes() + time.getSeconds() === 0;
    return formatDate(time, { dateStyle: 'medium', ...(isDay ? {} : { timeStyle: 'short' }) });
  };
  const describe = (part: Condition | FilterParts): string => {
    if (isGroup(part)) return `(${part.parts.map(describe).join(` ${t(`filter.${part.join}`)} `)})`;
    const { text = { words: part.field }, kind } = fields.find(({ path }) => path === part.field) ?? {};
    const values = kind === 'date' ? part.values.map(momentOf) : part.values;
    return [typeof text === 'string' ? t(text) : text.words, t(`filter.operator.${part.operator}`), values.join(', ')].filter(Boolean).join(' ');
  };
  return describe;
}
