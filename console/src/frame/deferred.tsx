// A menu that is loaded when somebody first opens it: menus weigh as much as all else that the first screen shows.
import { cloneElement, type ReactElement, type ReactNode, Suspense, useState } from 'react';

interface DeferredProps {
  /** What opens the menu. */
  button: ReactElement<{ onClick?: () => void; 'aria-haspopup'?: 'menu' | 'dialog'; 'aria-expanded'?: boolean }>;
  kind?: 'menu' | 'dialog';
  /** The menu, open at first, around its button. */
  children: (button: ReactElement) => ReactNode;
}

export function Deferred({ button, kind = 'menu', children }: DeferredProps) {
  const [asked, setAsked] = useState(false);
  const waiting = cloneElement(button, { 'aria-haspopup': kind, 'aria-expanded': false, onClick: () => setAsked(true) });
  return asked ? <Suspense fallback={waiting}>{children(button)}</Suspense> : waiting;
}
