// The calls behind what is on screen, as curl: whoever wants to automate it reads how.
import { Badge, Button, Code, CopyButton, Drawer, Group, ScrollArea, Stack, Text } from '@mantine/core';
import { recentCalls } from '../api/api.ts';
import { curlOf } from '../api/curl.ts';
import { useText } from '../language/language.tsx';
import { useReturnFocus } from './return-focus.ts';

export default function ApiCallsPanel({ close }: { close: () => void }) {
  const t = useText();
  useReturnFocus();
  return (
    <Drawer opened onClose={close} position="right" size="lg" title={t('calls.title')} closeButtonProps={{ 'aria-label': t('action.close') }}>
      <Text size="sm" c="dimmed" mb="md">
        {t('calls.hint')}
      </Text>
      <Stack gap="md">
        {recentCalls.map((call, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the list is only ever shown as it was when the drawer opened.
          <Call key={i} call={call} />
        ))}
      </Stack>
    </Drawer>
  );
}

function Call({ call }: { call: (typeof recentCalls)[number] }) {
  const t = useText();
  const curl = curlOf(call);
  return (
    <Stack gap={4}>
      <Group justify="space-between" wrap="nowrap">
        <Group gap="xs" wrap="nowrap">
          <Badge variant="light" radius="sm">
            {call.method}
          </Badge>
          <Text size="xs" c="dimmed">
            {call.status} · {call.ms} ms
          </Text>
        </Group>
        <CopyButton value={curl}>
          {({ copied, copy }) => (
            <Button size="compact-xs" variant="subtle" onClick={copy}>
              {copied ? t('action.copied') : t('action.copy')}
            </Button>
          )}
        </CopyButton>
      </Group>
      <ScrollArea.Autosize mah={200} type="auto" viewportProps={{ tabIndex: 0 }}>
        <Code block>{curl}</Code>
      </ScrollArea.Autosize>
    </Stack>
  );
}
