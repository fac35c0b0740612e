// What is typed and not saved. Whoever typed it is asked before it is lost: by going elsewhere, by closing what it stands in,
// by signing in anew.
import { useRouter } from '@tanstack/react-router';
import { useCallback, useEffect, useId } from 'react';
import { useText } from '../language/language.tsx';
import { modals } from './confirm.tsx';

const drafts = new Set<string>();
export const hasUnsaved = (): boolean => drafts.size > 0;

/** @returns to be called once it is saved, before anything else is gone to */
export function useUnsaved(unsaved: boolean): () => void {
  const id = useId();
  useEffect(() => {
    if (!unsaved) return undefined;
    drafts.add(id);
    return () => {
      drafts.delete(id);
    };
  }, [id, unsaved]);
  return useCallback(() => {
    drafts.delete(id);
  }, [id]);
}

let ask = async () => true;
let asking: Promise<boolean> | undefined;

/** Whether what was typed may be lost, if there is any. Several who want to know at once ask once. */
export async function mayLeave(): Promise<boolean> {
  if (!hasUnsaved()) return true;
  asking ??= ask().finally(() => {
    asking = undefined;
  });
  return asking;
}

/** Stands once, in the frame. */
export function useAskBeforeLoss(): void {
  const t = useText();
  const { history } = useRouter();
  useEffect(() => {
    ask = () =>
      new Promise((answer) => {
        modals.confirm({
          title: t('unsaved.title'),
          text: t('unsaved.text'),
          confirm: t('unsaved.discard'),
          act: async () => {
            drafts.clear();
            answer(true);
          },
          left: () => answer(false),
        });
      });
  }, [t]);
  useEffect(() => history.block({ blockerFn: async () => !(await mayLeave()), enableBeforeUnload: hasUnsaved }), [history]);
}
