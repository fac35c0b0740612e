// The head of a column: sorts, and has a menu that moves, narrows, widens and hides it without dragging (WCAG 2.5.7).
import { UnstyledButton } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconDots } from '@tabler/icons-react';
import type { PointerEvent } from 'react';
import { Deferred } from '../frame/deferred.tsx';
import { lazily } from '../frame/lazily.tsx';
import { useText } from '../language/language.tsx';
import type { Column, useColumns } from './columns.ts';

const ColumnMenu = lazily(() => import('./column-menu.tsx'));

export interface Sort {
  field: string;
  direction: 'asc' | 'desc';
}

interface HeaderProps<T extends object> {
  id: string;
  /** Whether the keys are in it. */
  active: boolean;
  column: Column<T>;
  layout: ReturnType<typeof useColumns<T>>;
  sort: Sort | undefined;
  onSort: ((sort: Sort) => void) | undefined;
  /** Gives the focus back to the grid, whose one tab stop is itself. */
  back: () => void;
}

const SORTED = { asc: 'ascending', desc: 'descending' } as const;

export function Header<T extends object>({ id, active, column, layout, sort, onSort, back }: HeaderProps<T>) {
  const t = useText();
  const { title, width } = column;
  const field = onSort && column.sort;
  const direction = field !== undefined && sort?.field === field ? sort.direction : undefined;
  const Icon = direction === undefined ? undefined : direction === 'asc' ? IconArrowUp : IconArrowDown;
  const drag = (event: PointerEvent) => {
    const start = event.clientX;
    const sign = document.dir === 'rtl' ? -1 : 1;
    const target = event.currentTarget as HTMLElement;
    target.setPointerCapture(event.pointerId);
    target.onpointermove = (move) => layout.resize(column.id, width + sign * (move.clientX - start));
    target.onpointerup = () => {
      target.onpointermove = null;
    };
  };
  const sortBy = (to: Sort['direction']) => field !== undefined && onSort?.({ field, direction: to });
  return (
    <div
      role="columnheader"
      id={id}
      className="grid-cell grid-header"
      data-active={active}
      aria-sort={field === undefined ? undefined : direction ? SORTED[direction] : 'none'}
    >
      <UnstyledButton className="grid-title" tabIndex={-1} disabled={field === undefined} onClick={() => sortBy(direction === 'asc' ? 'desc' : 'asc')}>
        <span>{title}</span>
        {Icon && <Icon size={14} aria-hidden />}
      </UnstyledButton>
      <Deferred
        button={
          <UnstyledButton className="grid-menu" tabIndex={-1} aria-label={t('grid.column', { title })}>
            <IconDots size={16} aria-hidden />
          </UnstyledButton>
        }
      >
        {(target) => (
          <ColumnMenu
            target={target}
            column={column as Column<object>}
            layout={layout as never}
            sortBy={field === undefined ? undefined : sortBy}
            back={back}
          />
        )}
      </Deferred>
      <div className="grid-resize" aria-hidden onPointerDown={drag} />
    </div>
  );
}
