// What a view is called, and who sees it.
import { Checkbox, Modal, TextInput } from '@mantine/core';
import { useReturnFocus } from '../frame/return-focus.ts';
import { useText } from '../language/language.tsx';
import { Form, useForm } from '../list/form.tsx';
import type { Screen } from './queries.ts';

interface ViewNameProps {
  title: string;
  screen: Screen;
  name?: string;
  shared?: boolean;
  save: (name: string, shared: boolean) => Promise<unknown>;
  /** Goes on from what was saved. */
  saved?: () => unknown;
  close: () => void;
}

export function ViewName({ title, screen, name = '', shared = false, save, saved, close }: ViewNameProps) {
  const t = useText();
  useReturnFocus();
  const form = useForm({
    initial: { name, shared },
    save: (draft) => save(draft.name, draft.shared),
    saved: () => {
      close();
      saved?.();
    },
  });
  return (
    <Modal opened onClose={close} title={title} closeButtonProps={{ 'aria-label': t('action.close') }}>
      <Form form={form} submit="action.save" close={close} disabled={form.draft.name.trim() === ''}>
        <TextInput data-autofocus label={t('list.name')} maxLength={100} {...form.text('name')} />
        <Checkbox label={t('views.share')} description={t(`views.share.${screen}`)} {...form.check('shared')} />
      </Form>
    </Modal>
  );
}
