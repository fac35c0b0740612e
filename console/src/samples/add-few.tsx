// A button that makes a small directory.
import { Button, type ButtonProps } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { notify } from '../frame/notify.ts';
import { useText } from '../language/language.tsx';
import { addSamples, FEW } from './add.ts';

export function AddFew(look: ButtonProps) {
  const t = useText();
  const queries = useQueryClient();
  const adding = useMutation({
    mutationFn: addSamples,
    onSuccess: async (count) => {
      await queries.invalidateQueries();
      notify({ message: t('samples.added', { count }) });
    },
    onError: (error) => notify({ color: 'red', message: error.message }),
  });
  return (
    <Button {...look} loading={adding.isPending} onClick={() => adding.mutate()}>
      {t('samples.few', { count: FEW })}
    </Button>
  );
}
