// Where the filter of a table is built. What is not finished yet, such as a condition without a value, asks for nothing and is
// no part of the filter; it stands here until it is.
import { Button, CopyButton, Group, Popover, Stack, Text } from '@mantine/core';
import { type ReactElement, useEffect, useRef, useState } from 'react';
import { useText } from '../language/language.tsx';
import { type Group as FilterParts, filterOf, groupOf } from './filter.ts';
import type { FilterBarProps } from './filter-bar.tsx';
import { FilterGroup } from './filter-group.tsx';

export default function FilterPanel({ target, fields, filter, onChange }: FilterBarProps & { target: ReactElement }) {
  const t = useText();
  const [draft, setDraft] = useState(() => groupOf(filter));
  const inForce = JSON.stringify(filter);
  /** What was asked for here, and has not come back by the address. */
  const asked = useRef<(string | undefined)[]>([]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: an equal filter is the same one.
  useEffect(() => {
    const at = asked.current.indexOf(inForce);
    asked.current.splice(0, at + 1);
    if (at < 0) setDraft(groupOf(filter));
  }, [inForce]);
  const build = (next: FilterParts) => {
    setDraft(next);
    const built = filterOf(next);
    const last = asked.current.length > 0 ? asked.current.at(-1) : inForce;
    if (JSON.stringify(built) === last) return;
    asked.current.push(JSON.stringify(built));
    onChange(built);
  };
  return (
    <Popover defaultOpened position="bottom-start" trapFocus withinPortal shadow="md">
      <Popover.Target>{target}</Popover.Target>
      <Popover.Dropdown maw="min(720px, 95vw)">
        <Stack gap="sm">
          {draft ? <FilterGroup fields={fields} group={draft} onChange={build} /> : <Text size="sm">{t('filter.byHand')}</Text>}

          <Group justify="space-between">
            <CopyButton value={JSON.stringify(filter ?? {})}>
              {({ copied, copy }) => (
                <Button size="compact-xs" variant="subtle" onClick={copy}>
                  {copied ? t('action.copied') : t('filter.copy')}
                </Button>
              )}
            </CopyButton>
            <Button size="compact-xs" variant="subtle" disabled={draft?.parts.length === 0} onClick={() => build({ join: 'and', parts: [] })}>
              {t('filter.clear')}
            </Button>
          </Group>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
