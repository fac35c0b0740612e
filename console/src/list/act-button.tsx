// A button that asks the server for something, after a question where it cannot be taken back.
import { Button, type ButtonProps } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { modals, type Question } from '../frame/confirm.tsx';
import { notify } from '../frame/notify.ts';
import { type TextKey, useText } from '../language/language.tsx';

interface ActButtonProps extends Omit<ButtonProps, 'children'> {
  text: TextKey;
  act: () => Promise<unknown>;
  done?: () => void;
  question?: Pick<Question, 'title' | 'text' | 'typed'>;
  'aria-label'?: string;
}

export function ActButton({ text, act, done, question, ...look }: ActButtonProps) {
  const t = useText();
  const queries = useQueryClient();
  const run = async () => {
    await act();
    done?.();
    await queries.invalidateQueries();
  };
  const acting = useMutation({ mutationFn: run, onError: (error) => notify({ color: 'red', message: error.message }) });
  const ask = question && (() => modals.confirm({ ...question, confirm: t(text), act: run }));
  return (
    <Button
      size="xs"
      variant={question ? 'light' : 'default'}
      {...(question ? { color: 'red' } : {})}
      loading={acting.isPending}
      {...look}
      onClick={ask ?? (() => acting.mutate())}
    >
      {t(text)}
    </Button>
  );
}
