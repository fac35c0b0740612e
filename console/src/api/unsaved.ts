// What is typed and not saved. Whoever typed it is asked before it is lost: by going elsewhere, by closing what it stands in,
// by signing in anew.
import { useCallback, useEffect, useId } from 'react';

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

/** @param how whether it may be lost, as its author says */
export function askBy(how: () => Promise<boolean>): void {
  ask = how;
}

/** Whether what was typed may be lost, if there is any. Several who want to know at once ask once. */
export async function mayLeave(): Promise<boolean> {
  if (!hasUnsaved()) return true;
  asking ??= ask().finally(() => {
    asking = undefined;
  });
  const lost = await asking;
  if (lost) drafts.clear();
  return lost;
}
