// What happened to a record, from the audit: who, when, and each field before and after.
import { Badge, Code, Group, Stack, Text, Timeline } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Empty, Shown } from '../frame/states.tsx';
import { type TextKey, useText } from '../language/language.tsx';
import { Ago, whoOf } from './fields.tsx';
import { historyQuery, type Kind } from './record.ts';

export function History({ kind, id }: { kind: Kind; id: string }) {
  const t = useText();
  const history = useQuery(historyQuery(kind, id));
  return (
    <Shown query={history}>
      {(entries) =>
        entries.length === 0 ? (
          <Empty title={t('record.noHistory')} />
        ) : (
          <Timeline bulletSize={14} lineWidth={2}>
            {entries.map((entry) => (
              <Timeline.Item
                key={entry.id}
                title={
                  <Group gap="xs">
                    <Badge variant="light" size="sm">
                      {t(`audit.action.${entry.action}` as TextKey)}
                    </Badge>
                    <Text size="sm">{whoOf(entry)}</Text>
                    <Text size="xs" c="dimmed">
                      <Ago time={entry.time} />
                    </Text>
                  </Group>
                }
              >
                <Changes changes={entry.changes} />
              </Timeline.Item>
            ))}
          </Timeline>
        )
      }
    </Shown>
  );
}

export function Changes({ changes }: { changes: { field: string; before?: unknown; after?: unknown }[] }) {
  return (
    <Stack gap={2} mt={4}>
      {changes.map(({ field, before, after }) => (
        <Text key={field} size="xs" className="breaking">
          <Code>{field}</Code> {before !== undefined && <del>{shown(before)}</del>} {after !== undefined && <ins>{shown(after)}</ins>}
        </Text>
      ))}
    </Stack>
  );
}

const shown = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));
