// What may be wider than the screen is scrolled by itself, by keys as well, and the page stays where it is.
import { ScrollArea } from '@mantine/core';
import type { ReactNode } from 'react';

export function Wide({ label, children }: { label: string; children: ReactNode }) {
  return (
    <ScrollArea type="auto" offsetScrollbars="present" viewportProps={{ tabIndex: 0, role: 'region', 'aria-label': label }}>
      {children}
    </ScrollArea>
  );
}
