// The ids that a record has in other systems: a source and a value each.
import { ActionIcon, Button, Group, Select, Stack, Text, TextInput } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { Schema } from '../api/schema.ts';
import { useKeptFocus } from '../frame/return-focus.ts';
import { externalSources } from '../imports/start.ts';
import { useText } from '../language/language.tsx';

export type ExternalId = Pick<NonNullable<Schema['ExternalContact']['externalIds']>[number], 'externalSource' | 'value'>;

export const idText = ({ externalSource, value }: ExternalId): string =>
  [(externalSource as { name?: string } | undefined)?.name, value].filter(Boolean).join(': ');

export function ExternalIds({ value = [], onChange }: { value: ExternalId[] | undefined; onChange: (ids: ExternalId[] | undefined) => void }) {
  const t = useText();
  const sources = useQuery({ queryKey: ['external sources'], queryFn: () => externalSources() });
  const change = (next: ExternalId[]) => onChange(next.length > 0 ? next : undefined);
  const replace = (at: number, id: ExternalId | undefined) => change(value.flatMap((old, i) => (i === at ? (id ?? []) : old)));
  const list = useKeptFocus(value.length);
  const [first] = sources.data ?? [];
  return (
    <Stack gap="xs" tabIndex={-1} ref={list}>
      {value.map((id, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a new id has no other name than its place.
        <Group key={i} gap="xs" align="flex-end" wrap="nowrap" role="group" aria-label={t('externalIds.one', { number: i + 1 })}>
          <Select
            flex={1}
            miw={0}
            label={t('identifiers.source')}
            allowDeselect={false}
            data={sources.data?.map((source) => ({ value: source.id ?? '', label: source.name ?? '' })) ?? []}
            value={id.externalSource?.id ?? null}
            onChange={(sourceId) => replace(i, { ...id, externalSource: { id: sourceId ?? '' } as NonNullable<ExternalId['externalSource']> })}
          />
          <TextInput
            flex={1}
            miw={0}
            label={t('identifiers.value')}
            value={id.value ?? ''}
            onChange={(event) => replace(i, { ...id, value: event.currentTarget.value })}
          />
          <ActionIcon variant="subtle" color="red" size={36} aria-label={t('externalIds.remove', { number: i + 1 })} onClick={() => replace(i, undefined)}>
            <IconTrash size={16} aria-hidden />
          </ActionIcon>
        </Group>
      ))}
      {first ? (
        <Button
          size="compact-sm"
          variant="light"
          w="fit-content"
          onClick={() => change([...value, { externalSource: { id: first.id ?? '' } as NonNullable<ExternalId['externalSource']>, value: '' }])}
        >
          {t('externalIds.add')}
        </Button>
      ) : (
        sources.data && (
          <Text size="sm" c="dimmed">
            {t('externalIds.noSource')}
          </Text>
        )
      )}
    </Stack>
  );
}
