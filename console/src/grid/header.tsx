// The head of a column: sorts, and has a menu that moves, narrows, widens and hides it without dragging (WCAG 2.5.7).
import { Menu, UnstyledButton } from '@mantine/core';
import { IconArrowDown, IconArrowsSort, IconArrowUp, IconChevronLeft, IconChevronRight, IconDots, IconEyeOff, IconMinus, IconPlus } from '@tabler/icons-react';
import type { PointerEvent } from 'react';
import { useText } from '../language/language.tsx';
import { type Column, type useColumns, WIDTH_STEP } from './columns.ts';

export interface Sort {
  field: string;
  direction: 'asc' | 'desc';
}

interface HeaderProps<T extends object> {
  column: Column<T>;
  layout: ReturnType<typeof useColumns<T>>;
  sort: Sort | undefined;
  onSort: ((sort: Sort) => void) | undefined;
}

const SORTED = { asc: 'ascending', desc: 'descending' } as const;

export function Header<T extends object>({ column, layout, sort, onSort }: HeaderProps<T>) {
  const t = useText();
  const { id, title, width } = column;
  const field = onSort && column.sort;
  const direction = field !== undefined && sort?.field === field ? sort.direction : undefined;
  const Icon = direction === undefined ? undefined : direction === 'asc' ? IconArrowUp : IconArrowDown;
  const drag = (event: PointerEvent) => {
    const start = event.clientX;
    const sign = document.dir === 'rtl' ? -1 : 1;
    const target = event.currentTarget as HTMLElement;
    target.setPointerCapture(event.pointerId);
    target.onpointermove = (move) => layout.resize(id, width + sign * (move.clientX - start));
    target.onpointerup = () => {
      target.onpointermove = null;
    };
  };
  const sortBy = (to: Sort['direction']) => field && onSort?.({ field, direction: to });
  return (
    <div role="columnheader" className="grid-cell grid-header" aria-sort={field === undefined ? undefined : direction ? SORTED[direction] : 'none'}>
      <UnstyledButton className="grid-title" disabled={field === undefined} onClick={() => sortBy(direction === 'asc' ? 'desc' : 'asc')}>
        <span>{title}</span>
        {Icon && <Icon size={14} aria-hidden />}
      </UnstyledButton>
      <Menu withinPortal position="bottom-end">
        <Menu.Target>
          <UnstyledButton className="grid-menu" aria-label={t('grid.column', { title })}>
            <IconDots size={16} aria-hidden />
          </UnstyledButton>
        </Menu.Target>
        <Menu.Dropdown>
          {field && (
            <>
              <Menu.Item leftSection={<IconArrowUp size={16} aria-hidden />} onClick={() => sortBy('asc')}>
                {t('grid.ascending')}
              </Menu.Item>
              <Menu.Item leftSection={<IconArrowDown size={16} aria-hidden />} onClick={() => sortBy('desc')}>
                {t('grid.descending')}
              </Menu.Item>
              <Menu.Divider />
            </>
          )}
          <Menu.Item leftSection={<IconChevronLeft size={16} aria-hidden />} onClick={() => layout.move(id, -1)} closeMenuOnClick={false}>
            {t('grid.toStart')}
          </Menu.Item>
          <Menu.Item leftSection={<IconChevronRight size={16} aria-hidden />} onClick={() => layout.move(id, 1)} closeMenuOnClick={false}>
            {t('grid.toEnd')}
          </Menu.Item>
          <Menu.Item leftSection={<IconPlus size={16} aria-hidden />} onClick={() => layout.resize(id, width + WIDTH_STEP)} closeMenuOnClick={false}>
            {t('grid.wider')}
          </Menu.Item>
          <Menu.Item leftSection={<IconMinus size={16} aria-hidden />} onClick={() => layout.resize(id, width - WIDTH_STEP)} closeMenuOnClick={false}>
            {t('grid.narrower')}
          </Menu.Item>
          <Menu.Item leftSection={<IconEyeOff size={16} aria-hidden />} onClick={() => layout.show(id, false)}>
            {t('grid.hide')}
          </Menu.Item>
          <Menu.Divider />
          <Menu.Label>{t('grid.columns')}</Menu.Label>
          {layout.all.map((one) => (
            <Menu.Item
              key={one.id}
              role="menuitemcheckbox"
              aria-checked={layout.isShown(one.id)}
              closeMenuOnClick={false}
              onClick={() => layout.show(one.id, !layout.isShown(one.id))}
              rightSection={layout.isShown(one.id) ? '✓' : undefined}
            >
              {one.title}
            </Menu.Item>
          ))}
          <Menu.Divider />
          <Menu.Item leftSection={<IconArrowsSort size={16} aria-hidden />} onClick={layout.reset}>
            {t('grid.reset')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <div className="grid-resize" aria-hidden onPointerDown={drag} />
    </div>
  );
}
