// The question before what was typed is lost. It stands once, in the frame.
import { useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';
import { askBy, hasUnsaved, mayLeave } from '../api/unsaved.ts';
import { useText } from '../language/language.tsx';
import { modals } from './confirm.tsx';

export function useAskBeforeLoss(): void {
  const t = useText();
  const { history } = useRouter();
  useEffect(() => {
    askBy(
      () =>
        new Promise((answer) => {
          modals.confirm({
            title: t('unsaved.title'),
            text: t('unsaved.text'),
            confirm: t('unsaved.discard'),
            act: async () => answer(true),
            left: () => answer(false),
          });
        }),
    );
  }, [t]);
  useEffect(() => history.block({ blockerFn: async () => !(await mayLeave()), enableBeforeUnload: hasUnsaved }), [history]);
}
