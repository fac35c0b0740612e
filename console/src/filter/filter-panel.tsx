// Where the filter of a table is built.
import { Button, CopyButton, Group, Popover, Stack, Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { useText } from '../language/language.tsx';
import { filterOf, groupOf } from './filter.ts';
import type { FilterBarProps } from './filter-bar.tsx';
import { FilterGroup } from './filter-group.tsx';

export default function FilterPanel({ target, fields, filter, onChange }: FilterBarProps & { target: ReactElement }) {
  const t = useText();
  const group = groupOf(filter);
  return (
    <Popover defaultOpened position="bottom-start" trapFocus withinPortal shadow="md">
      <Popover.Target>{target}</Popover.Target>
      <Popover.Dropdown maw="min(720px, 95vw)">
        <Stack gap="sm">
          {group ? <FilterGroup fields={fields} group={group} onChange={(next) => onChange(filterOf(next))} /> : <Text size="sm">{t('filter.byHand')}</Text>}

          <Group justify="space-between">
            <CopyButton value={JSON.stringify(filter ?? {})}>
              {({ copied, copy }) => (
                <Button size="compact-xs" variant="subtle" onClick={copy}>
                  {copied ? t('action.copied') : t('filter.copy')}
                </Button>
              )}
            </CopyButton>
            <Button size="compact-xs" variant="subtle" disabled={!filter} onClick={() => onChange(undefined)}>
              {t('filter.clear')}
            </Button>
          </Group>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
