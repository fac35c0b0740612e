// The record of an entry as it was, at the time of the entry or any other.
import { Stack, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiError, api, body } from '../api/api.ts';
import type { Schema } from '../api/schema.ts';
import { Shown } from '../frame/states.tsx';
import { useText } from '../language/language.tsx';
import { Part, Snippet } from '../list/parts.tsx';

type Entry = Schema['AuditEntry'];

export function AsOf({ entity: { type, id }, time }: Pick<Entry, 'entity' | 'time'>) {
  const t = useText();
  const [at, setAt] = useState(time);
  const query = useQuery({
    queryKey: ['as of', type, id, at],
    queryFn: async ({ signal }) => {
      const params = { path: { entityType: type, entityId: id }, query: { at } };
      // That there was no such record then is an answer, too.
      return body(api.GET('/liaison/v1/audits/records/{entityType}/{entityId}', { params, signal })).catch((error) => {
        if (error instanceof ApiError && error.status === 404) return null;
        throw error;
      });
    },
  });
  return (
    <Part title={t('audit.asOf')}>
      <TextInput
        size="xs"
        w={240}
        type="datetime-local"
        step={0.001}
        label={t('audit.asOf.at')}
        value={localOf(at)}
        onChange={({ currentTarget: { value } }) => value && setAt(new Date(value).toISOString())}
      />
      <Shown query={query}>
        {(found) => (
          <Stack gap="xs" aria-live="polite">
            {found ? (
              <Snippet title={t('audit.asOf.fields')} code={JSON.stringify(found.record, null, 2)} />
            ) : (
              <Text size="sm" c="dimmed">
                {t('audit.asOf.none')}
              </Text>
            )}
          </Stack>
        )}
      </Shown>
    </Part>
  );
}

/** As the input takes it: the reader's own time, to the millisecond. */
function localOf(time: string): string {
  const date = new Date(time);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, -1);
}
