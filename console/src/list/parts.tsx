// Small things that details are put together from.
import { Alert, Badge, Button, Code, CopyButton, Group, ScrollArea, SegmentedControl, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { IconCheck, IconKey, IconMinus } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { type TextKey, useText } from '../language/language.tsx';

export function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Stack component="section" gap="xs" mt="xl">
      <Title order={3} size="h5">
        {title}
      </Title>
      {children}
    </Stack>
  );
}

/** What is known, under its names; what is not known is left out. */
export function Facts({ facts }: { facts: readonly (readonly [string, ReactNode])[] }) {
  return (
    <SimpleGrid component="dl" cols={{ base: 1, sm: 2 }} spacing="xs" verticalSpacing={6} m={0}>
      {facts
        .filter(([, value]) => value !== undefined && value !== '' && value !== false)
        .map(([name, value]) => (
          <div key={name}>
            <Text component="dt" size="xs" c="dimmed">
              {name}
            </Text>
            <Text component="dd" m={0} size="sm" className="breaking">
              {value}
            </Text>
          </div>
        ))}
    </SimpleGrid>
  );
}

/** On or off, in words and by a sign. */
export function OnOff({ on, texts = ['list.active', 'list.inactive'] }: { on: boolean; texts?: readonly [TextKey, TextKey] }) {
  const t = useText();
  return (
    <Badge variant={on ? 'light' : 'default'} size="sm" leftSection={on ? <IconCheck size={12} aria-hidden /> : <IconMinus size={12} aria-hidden />}>
      {t(texts[on ? 0 : 1])}
    </Badge>
  );
}

export function Copy({ value }: { value: string }) {
  const t = useText();
  return (
    <CopyButton value={value}>
      {({ copied, copy }) => (
        <Button size="compact-xs" variant="subtle" onClick={copy}>
          {copied ? t('action.copied') : t('action.copy')}
        </Button>
      )}
    </CopyButton>
  );
}

/** Code to copy. */
export function Snippet({ title, code }: { title: string; code: string }) {
  return (
    <Stack gap={4}>
      <Group justify="space-between" wrap="nowrap">
        <Text size="xs" c="dimmed">
          {title}
        </Text>
        <Copy value={code} />
      </Group>
      <ScrollArea.Autosize mah={320} type="auto" viewportProps={{ tabIndex: 0 }}>
        <Code block>{code}</Code>
      </ScrollArea.Autosize>
    </Stack>
  );
}

/** A secret; unless it is a lasting one, it is shown now and never again. */
export function Secret({ label, value, lasting }: { label: string; value: string; lasting?: boolean }) {
  const t = useText();
  return (
    <Alert icon={<IconKey aria-hidden />} title={label} role="status">
      <Stack gap="xs">
        {!lasting && <Text size="sm">{t('list.secret.hint')}</Text>}
        <Group gap="xs">
          <Code className="breaking">{value}</Code>
          <Copy value={value} />
        </Group>
      </Stack>
    </Alert>
  );
}

/** Chooses among the parts of a screen. */
export function Parts<V extends string>({
  label,
  value,
  parts,
  onChange,
}: {
  label: string;
  value: V;
  parts: Partial<Record<V, string>>;
  onChange(value: V): void;
}) {
  return (
    <SegmentedControl
      size="xs"
      w="fit-content"
      maw="100%"
      aria-label={label}
      value={value}
      onChange={(next) => onChange(next as V)}
      data={Object.entries<string | undefined>(parts).map(([part, text]) => ({ value: part, label: text }))}
    />
  );
}
