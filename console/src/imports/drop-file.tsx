// A file is dropped, chosen, or pasted as text; it goes to the server at once.
import { Button, FileButton, Group, Progress, Stack, Text, Textarea } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconFileUpload } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { FormattedNumber } from 'react-intl';
import { Refused } from '../frame/refused.tsx';
import { useText } from '../language/language.tsx';
import { sendFile } from './send.ts';
import './imports.css';

interface DropFileProps {
  /** What to drop, for whoever sees it. */
  title: string;
  hint: string;
  /** Called once the file is at the server. */
  onSent: (uploadId: string) => unknown;
  /** Whether a text can be pasted instead. */
  pasting?: boolean;
}

export function DropFile({ title, hint, onSent, pasting = false }: DropFileProps) {
  const t = useText();
  const [over, setOver] = useState(false);
  const [sent, setSent] = useState(0);
  const [opened, { toggle }] = useDisclosure();
  const [text, setText] = useState('');
  const sending = useMutation({
    mutationFn: async (file: File) => {
      setSent(0);
      if (file.size === 0) throw new Error(t('imports.file.empty'));
      await onSent(await sendFile(file, setSent));
    },
  });
  if (sending.isPending) return <Sending file={sending.variables} sent={sent} />;
  return (
    <Stack gap="sm">
      <section
        className="import-drop"
        aria-label={title}
        data-over={over || undefined}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          const [file] = event.dataTransfer.files;
          if (file) sending.mutate(file);
        }}
      >
        <IconFileUpload size={32} aria-hidden />
        <Text fw={600}>{title}</Text>
        <Text size="sm" c="dimmed">
          {hint}
        </Text>
        <Group>
          <FileButton accept=".csv,.tsv,.txt,text/csv,text/plain" onChange={(file) => file && sending.mutate(file)} inputProps={{ 'aria-label': title }}>
            {(props) => (
              <Button size="sm" {...props}>
                {t('imports.file.choose')}
              </Button>
            )}
          </FileButton>
          {pasting && (
            <Button size="sm" variant="default" onClick={toggle} aria-expanded={opened}>
              {t('imports.file.paste')}
            </Button>
          )}
        </Group>
      </section>
      {pasting && opened && (
        <Stack gap="xs">
          <Textarea
            label={t('imports.file.text')}
            description={t('imports.file.text.hint')}
            autosize
            minRows={5}
            maxRows={14}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
          <Button
            w="fit-content"
            disabled={text.trim() === ''}
            onClick={() => sending.mutate(new File([text], t('imports.file.pasted'), { type: 'text/csv' }))}
          >
            {t('imports.file.take')}
          </Button>
        </Stack>
      )}
      <Refused error={sending.error} />
    </Stack>
  );
}

function Sending({ file, sent }: { file: File; sent: number }) {
  const t = useText();
  const share = file.size === 0 ? 0 : Math.min(1, sent / file.size);
  return (
    <Stack gap={6} role="status">
      <Text size="sm">
        {t('imports.file.sending', { name: file.name })} · <FormattedNumber value={share} style="percent" />
      </Text>
      <Progress value={share * 100} aria-label={t('imports.file.sending', { name: file.name })} />
    </Stack>
  );
}
