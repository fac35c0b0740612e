// What happened to a record, from the audit: who, when, and each field before and after.
import { Badge, Group, Stack, Text, Timeline } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Empty, Shown } from '../frame/states.tsx';
import { type TextKey, useText } from '../language/language.tsx';
import { type Change, toldChanges, useChangeName, useShownValue, whoOf } from './changes.ts';
import { Ago } from './fields.tsx';
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

function Changes({ changes }: { changes: readonly Change[] }) {
  const nameOf = useChangeName();
  const shown = useShownValue(changes);
  return (
    <Stack gap={2} mt={4}>
      {toldChanges(changes).map(({ field, before, after }) => (
        <Text key={field} size="xs" className="breaking">
          <Text span inherit fw={600}>
            {nameOf(field)}
          </Text>{' '}
          {before !== undefined && <del>{shown(field, before)}</del>} {after !== undefined && <ins>{shown(field, after)}</ins>}
        </Text>
      ))}
    </Stack>
  );
}
