// What is typed, sent to the server, and what it says of it, in its words, at the field where they belong.
import { Button, Group, Stack } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { ApiError } from '../api/api.ts';
import { useUnsaved } from '../api/unsaved.ts';
import { notify } from '../frame/notify.ts';
import { Refused } from '../frame/refused.tsx';
import { type TextKey, useText } from '../language/language.tsx';

interface FormOptions<T, R> {
  initial: T;
  save(draft: T): Promise<R>;
  saved?(result: R): void;
  /** For what is only asked. */
  quiet?: boolean;
}

type Typed = { currentTarget: { value: string } };

/** A draft, whose fields are bound to inputs by their names in the request. */
export function useForm<T extends object, R>({ initial, save, saved, quiet }: FormOptions<T, R>) {
  const t = useText();
  const queries = useQueryClient();
  const [draft, keepDraft] = useState(initial);
  const [touched, setTouched] = useState(false);
  const drop = useUnsaved(touched && JSON.stringify(draft) !== JSON.stringify(initial));
  const setDraft: typeof keepDraft = (next) => {
    setTouched(true);
    keepDraft(next);
  };
  const saving = useMutation({
    mutationFn: () => save(draft),
    onSuccess: async (result) => {
      setTouched(false);
      drop();
      if (!quiet) {
        notify({ message: t('record.saved') });
        await queries.invalidateQueries();
      }
      saved?.(result);
    },
  });
  const refused = saving.error;
  const faults = refused instanceof ApiError ? refused.fields : {};
  const set = <K extends keyof T>(key: K, value: T[K]) => setDraft((old) => ({ ...old, [key]: value }));
  const bound = (key: keyof T & string) => ({ name: key, error: faults[key] });
  return {
    draft,
    set,
    setDraft,
    saving,
    refused,
    faults,
    text: (key: keyof T & string) => ({
      ...bound(key),
      value: (draft[key] as string | undefined) ?? '',
      onChange: (event: Typed) => set(key, event.currentTarget.value as T[typeof key]),
    }),
    choice: (key: keyof T & string) => ({
      ...bound(key),
      value: (draft[key] as string | undefined) ?? null,
      onChange: (value: string | null) => set(key, (value ?? undefined) as T[typeof key]),
    }),
    choices: (key: keyof T & string) => ({
      ...bound(key),
      value: (draft[key] as string[] | undefined) ?? [],
      onChange: (value: string[]) => set(key, value as T[typeof key]),
    }),
    number: (key: keyof T & string) => ({
      ...bound(key),
      value: (draft[key] as number | undefined) ?? '',
      onChange: (value: string | number) => set(key, (value === '' ? undefined : Number(value)) as T[typeof key]),
    }),
    check: (key: keyof T & string) => ({
      ...bound(key),
      checked: draft[key] === true,
      onChange: (event: { currentTarget: { checked: boolean } }) => set(key, event.currentTarget.checked as T[typeof key]),
    }),
  };
}

interface FormProps {
  form: { saving: { isPending: boolean; mutate: () => void }; refused: Error | null };
  submit: TextKey;
  children: ReactNode;
  disabled?: boolean;
  close?: () => void;
}

export function Form({ form: { saving, refused }, submit, children, disabled, close }: FormProps) {
  const t = useText();
  return (
    <Stack
      component="form"
      onSubmit={(event) => {
        event.preventDefault();
        event.stopPropagation();
        saving.mutate();
      }}
    >
      <Refused error={refused} />
      {children}
      {/* In a dialog as in every other: what goes on comes last. */}
      <Group justify={close ? 'flex-end' : 'flex-start'}>
        {close && (
          <Button size="xs" variant="default" onClick={close}>
            {t('action.cancel')}
          </Button>
        )}
        <Button type="submit" size="xs" loading={saving.isPending} disabled={disabled ?? false}>
          {t(submit)}
        </Button>
      </Group>
    </Stack>
  );
}

/** What was typed, without what was left empty. */
export const filled = <T extends object>(draft: T): T =>
  Object.fromEntries(Object.entries(draft).filter(([, value]) => value !== '' && value !== undefined)) as T;
