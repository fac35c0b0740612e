// A dialog that is taken out of the page while it is open gives the focus back to where it came from; where that is gone
// itself, to what it was in and can have the focus, to the table, or to what else the screen shows.
import { useEffect, useRef, useState } from 'react';

export function useReturnFocus(): void {
  const [from] = useState(() => document.activeElement as HTMLElement);
  const [around] = useState(() => from.parentElement?.closest<HTMLElement>('[tabindex]:not(#content)'));
  useEffect(
    () => () => {
      const there = from.isConnected && from !== document.body;
      (there
        ? from
        : around?.isConnected
          ? around
          : (document.querySelector<HTMLElement>('#content [role=grid]') ?? document.getElementById('content'))
      )?.focus();
    },
    [from, around],
  );
}

/** For a list whose items can be taken away: where one goes with the focus in it, what is around it has it. */
export function useKeptFocus(count: number) {
  const list = useRef<HTMLDivElement>(null);
  const before = useRef(count);
  useEffect(() => {
    if (count < before.current && document.activeElement === document.body) list.current?.focus();
    before.current = count;
  }, [count]);
  return list;
}
