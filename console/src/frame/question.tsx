// A question before something that cannot be taken back, in a dialog of its own.
import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useText } from '../language/language.tsx';
import type { Question } from './confirm.tsx';
import { useReturnFocus } from './return-focus.ts';

export default function AskFirst({ question, close }: { question: Question; close: () => void }) {
  const t = useText();
  useReturnFocus();
  const leave = () => {
    close();
    question.left?.();
  };
  return (
    <Modal opened onClose={leave} title={question.title} closeButtonProps={{ 'aria-label': t('action.close') }}>
      <Ask question={question} close={close} leave={leave} />
    </Modal>
  );
}

/** As it looks: a browser shows several spaces as one, and a letter the same however it is put together. */
const read = (words: string) => words.normalize('NFC').replace(/\s+/g, ' ').trim();

function Ask({ question: { text, confirm, act, typed }, close, leave }: { question: Question; close: () => void; leave: () => void }) {
  const t = useText();
  const [doing, setDoing] = useState(false);
  const [word, setWord] = useState('');
  const [fault, setFault] = useState<string>();
  const run = async () => {
    setDoing(true);
    try {
      await act();
      close();
    } catch (error) {
      setFault(error instanceof Error ? error.message : String(error));
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
        <Button variant="default" onClick={leave} data-autofocus={typed === undefined || undefined}>
          {t('action.cancel')}
        </Button>
        <Button color="red" loading={doing} disabled={typed !== undefined && read(word) !== read(typed)} onClick={run}>
          {confirm}
        </Button>
      </Group>
    </Stack>
  );
}
