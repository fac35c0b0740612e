// A panel at the side, that keeps what it was opened from in place.
import { Drawer } from '@mantine/core';
import { type ReactNode, Suspense } from 'react';
import { useText } from '../language/language.tsx';
import { useQuestion } from './confirm.tsx';
import { useReturnFocus } from './return-focus.ts';
import { Loading } from './states.tsx';

export default function SidePanel({ title, close, children }: { title: string; close: () => void; children: ReactNode }) {
  const t = useText();
  useReturnFocus();
  const asked = useQuestion();
  return (
    <Drawer opened onClose={close} closeOnEscape={!asked} position="right" size="xl" title={title} closeButtonProps={{ 'aria-label': t('action.close') }}>
      <Suspense fallback={<Loading />}>{children}</Suspense>
    </Drawer>
  );
}
