// The record itself, as the API has it.
import { Button, Code, CopyButton, ScrollArea, Stack } from '@mantine/core';
import { useText } from '../language/language.tsx';

export function Raw({ record }: { record: unknown }) {
  const t = useText();
  const text = JSON.stringify(record, null, 2);
  return (
    <Stack gap="xs">
      <CopyButton value={text}>
        {({ copied, copy }) => (
          <Button size="compact-xs" variant="subtle" w="fit-content" onClick={copy}>
            {copied ? t('action.copied') : t('action.copy')}
          </Button>
        )}
      </CopyButton>
      <ScrollArea.Autosize mah="60dvh" type="auto" viewportProps={{ tabIndex: 0 }}>
        <Code block>{text}</Code>
      </ScrollArea.Autosize>
    </Stack>
  );
}
