// What signs deliveries: read, and replaced by another, with a time in which a receiver may know either.
import { Group, Select, Text } from '@mantine/core';
import { useState } from 'react';
import { api, body } from '../api/api.ts';
import { useText } from '../language/language.tsx';
import { ActButton } from '../list/act-button.tsx';
import { Part, Secret } from '../list/parts.tsx';
import { Ago } from '../record/fields.tsx';

const DAY = 86_400;
const OVERLAPS = { none: 0, hour: 3_600, day: DAY, week: 7 * DAY } as const;
type Overlap = keyof typeof OVERLAPS;

interface SigningProps {
  webhookId: string;
  changed: string | undefined;
  secret: string | undefined;
  keep(id: string, secret: string): void;
}

export function Signing({ webhookId, changed, secret, keep }: SigningProps) {
  const t = useText();
  const [overlap, setOverlap] = useState<Overlap>('day');
  const params = { path: { webhookId } };
  const path = '/liaison/v1/webhooks/{webhookId}/secret';
  return (
    <Part title={t('webhooks.secret')}>
      {secret && <Secret label={t('webhooks.secret.current')} value={secret} lasting />}
      {changed && (
        <Text size="sm" c="dimmed">
          {t('webhooks.secret.changed')} <Ago time={changed} />
        </Text>
      )}
      <Group align="flex-end" gap="xs">
        {!secret && <ActButton text="webhooks.secret.show" act={async () => keep(webhookId, (await body(api.GET(path, { params }))).secret)} />}
        <Select
          size="xs"
          w={220}
          allowDeselect={false}
          label={t('webhooks.secret.overlap')}
          data={(Object.keys(OVERLAPS) as Overlap[]).map((value) => ({ value, label: t(`webhooks.secret.overlap.${value}`) }))}
          value={overlap}
          onChange={(value) => setOverlap(value as Overlap)}
        />
        <ActButton
          text="webhooks.secret.new"
          question={{ title: t('webhooks.secret.title'), text: t(overlap === 'none' ? 'webhooks.secret.hint.none' : 'webhooks.secret.hint') }}
          act={async () => keep(webhookId, (await body(api.POST(path, { params, body: { overlapSeconds: OVERLAPS[overlap] } }))).secret)}
        />
      </Group>
    </Part>
  );
}
