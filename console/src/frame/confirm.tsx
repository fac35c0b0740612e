// A question before something that cannot be taken back; for the weightiest, a word to type.
import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState, useSyncExternalStore } from 'react';
import { useText } from '../language/language.tsx';

export interface Question {
  title: string;
  text: string;
  /** On the button that does it. */
  confirm: string;
  act: () => Promise<unknown>;
  /** What has to be typed first. */
  typed?: string;
}

let question: Question | undefined;
const listeners = new Set<() => void>();
function ask(next: Question | undefined): void {
  question = next;
  for (const told of listeners) told();
}

export const modals = { confirm: ask };

/** Stands once, in the frame. */
export function Confirm() {
  const current = useSyncExternalStore(
    (told) => {
      listeners.add(told);
      return () => listeners.delete(told);
    },
    () => question,
  );
  const t = useText();
  return (
    <Modal opened={current !== undefined} onClose={() => ask(undefined)} title={current?.title} closeButtonProps={{ 'aria-label': t('action.close') }}>
      {current && <Ask key={current.title} question={current} />}
    </Modal>
  );
}

function Ask({ question: { text, confirm, act, typed } }: { question: Question }) {
  const t = useText();
  const [doing, setDoing] = useState(false);
  const [word, setWord] = useState('');
  const [fault, setFault] = useState<string>();
  const run = async () => {
    setDoing(true);
    try {
      await act();
      ask(undefined);
    } catch (error) {
      setFault(error instanceof Error ? error.message : String(error));
      notifications.show({ color: 'red', message: error instanceof Error ? error.message : String(error) });
    }
    setDoing(false);
  };
  return (
    <Stack>
      <Text size="sm">{text}</Text>
      {typed !== undefined && (
        <TextInput data-autofocus label={t('confirm.type', { word: typed })} value={word} onChange={(event) => setWord(event.currentTarget.value)} />
      )}
      {fault && (
        <Text size="sm" c="red" role="alert">
          {fault}
        </Text>
      )}
      <Group justify="flex-end">
        <Button variant="default" onClick={() => ask(undefined)} data-autofocus={typed === undefined || undefined}>
          {t('action.cancel')}
        </Button>
        <Button color="red" loading={doing} disabled={typed !== undefined && word !== typed} onClick={run}>
          {confirm}
        </Button>
      </Group>
    </Stack>
  );
}
