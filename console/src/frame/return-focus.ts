// A dialog that is taken out of the page while it is open gives the focus back to where it came from.
import { useEffect, useState } from 'react';

export function useReturnFocus(): void {
  const [from] = useState(() => document.activeElement as HTMLElement | null);
  useEffect(() => () => from?.focus(), [from]);
}
