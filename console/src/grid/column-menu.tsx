// What can be done to a column: sorted by, moved, narrowed, widened and hidden, all without dragging (WCAG 2.5.7).
import { Menu } from '@mantine/core';
import { IconArrowDown, IconArrowsSort, IconArrowUp, IconChevronLeft, IconChevronRight, IconEyeOff, IconMinus, IconPlus } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useText } from '../language/language.tsx';
import { type Column, type useColumns, WIDTH_STEP } from './columns.ts';
import type { Sort } from './header.tsx';

interface ColumnMenuProps {
  target: ReactElement;
  column: Column<object>;
  layout: ReturnType<typeof useColumns<object>>;
  /** Undefined where the server does not sort by it. */
  sortBy: ((to: Sort['direction']) => unknown) | undefined;
  back: () => void;
}

export default function ColumnMenu({ target, column: { id, width }, layout, sortBy, back }: ColumnMenuProps) {
  const t = useText();
  return (
    <Menu defaultOpened withinPortal position="bottom-end" returnFocus={false} withInitialFocusPlaceholder={false} onClose={back}>
      <Menu.Target>{target}</Menu.Target>
      <Menu.Dropdown className="scrolled" mah="60vh">
        {sortBy && (
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
        <Menu.CheckboxItem checked={layout.dense} onChange={layout.setDense}>
          {t('grid.dense')}
        </Menu.CheckboxItem>
        <Menu.Divider />
        <Menu.Label>{t('grid.columns')}</Menu.Label>
        {layout.all.map(({ id: one, title }) => (
          <Menu.CheckboxItem key={one} checked={layout.isShown(one)} onChange={(shown) => layout.show(one, shown)}>
            {title}
          </Menu.CheckboxItem>
        ))}
        <Menu.Divider />
        <Menu.Item leftSection={<IconArrowsSort size={16} aria-hidden />} onClick={layout.reset}>
          {t('grid.reset')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
