// A dialog that is taken out of the page while it is open gives the focus back to where it came from; where that is gone
// itself, to the table, or what else the screen shows.
import { useEffect, useState } from 'react';

export function useReturnFocus(): void {
  const [from] = useState(() => document.activeElement as HTMLElement);
  useEffect(
    () => () => {
      const there = from.isConnected && from !== document.body;
      (there ? from : (document.querySelector<HTMLElement>('#content [role=grid]') ?? document.getElementById('content')))?.focus();
    },
    [from],
  );
}
