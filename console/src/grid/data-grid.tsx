// A table of any length: a grid after the ARIA pattern, with one tab stop, arrow keys, and no more rows in the page than
// can be seen. What it shows and does comes from whoever uses it.
import { Box, Checkbox, Loader, Text } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import { useText } from '../language/language.tsx';
import { type Column, useColumns } from './columns.ts';
import { EditCell } from './edit-cell.tsx';
import './grid.css';
import { Header, type Sort } from './header.tsx';
import { type Cell, HEAD, moved } from './keys.ts';

export interface DataGridProps<T extends object> {
  /** What is in it, and under what name the reader's columns are kept. */
  name: string;
  label: string;
  rows: readonly T[];
  idOf(row: T): string;
  columns: readonly Column<T>[];
  /** What is shown of them, in this order, until the reader changes it. */
  firstColumns?: readonly string[] | undefined;
  /** Told of what is shown. */
  onColumns?: (ids: string[]) => void;
  /** How many there are in all, where that is known. */
  total?: number | undefined;
  /** Reads on; undefined at the end. */
  more?: (() => void) | undefined;
  loading?: boolean;
  sort?: Sort | undefined;
  onSort?: (sort: Sort) => void;
  selection?: Selection;
  onOpen?: (row: T) => void;
  /** Shown in place of rows where there are none. */
  empty?: React.ReactNode;
}

export interface Selection {
  has(id: string): boolean;
  toggle(id: string): void;
  toggleAll(): void;
  all: boolean;
  some: boolean;
}

const ROW_HEIGHT = { dense: 32, usual: 40 };
const HEADER_HEIGHT = 38;
const AHEAD = 20;

export function DataGrid<T extends object>(props: DataGridProps<T>) {
  const { name, label, rows, idOf, columns, firstColumns, onColumns, total, more, loading, sort, onSort, selection, onOpen, empty } = props;
  const t = useText();
  const id = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const layout = useColumns(name, columns, firstColumns);
  const shown = layout.visible.map(({ id: column }) => column).join();
  useEffect(() => onColumns?.(shown.split(',')), [shown, onColumns]);
  const [active, setActive] = useState<Cell>({ row: 0, column: 0 });
  const [editing, setEditing] = useState<Cell>();
  const height = layout.dense ? ROW_HEIGHT.dense : ROW_HEIGHT.usual;
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: 6,
    paddingStart: HEADER_HEIGHT,
    // The header stays; a row that is scrolled to must not come to lie behind it.
    scrollPaddingStart: HEADER_HEIGHT,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (more && !loading && last >= rows.length - AHEAD) more();
  }, [more, loading, last, rows.length]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was measured is of no use where rows have another height.
  useEffect(() => {
    virtual.measure();
  }, [virtual, height]);

  const select = selection ? 1 : 0;
  const template = `${select ? '40px ' : ''}${layout.visible.map(({ width }) => `${width}px`).join(' ')} 1fr`;
  const cellId = (row: number, column: number) => `${id}-${row}-${column}`;
  const go = (to: Cell) => {
    setActive(to);
    if (to.row !== HEAD) virtual.scrollToIndex(to.row);
    document.getElementById(cellId(HEAD, to.column))?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (editing || event.target !== scroller.current) return;
    const row = rows[active.row];
    const perPage = Math.max(1, Math.floor(((scroller.current?.clientHeight ?? 0) - HEADER_HEIGHT) / height) - 1);
    const to = moved(event, active, { rows: rows.length, columns: layout.visible.length + select, perPage });
    if (to) go(to);
    else if (active.row === HEAD && (event.key === ' ' || event.key === 'Enter'))
      document
        .getElementById(cellId(HEAD, active.column))
        ?.querySelector<HTMLElement>(event.key === ' ' ? 'input, button' : '.grid-menu')
        ?.click();
    else if (event.key === ' ' && row && selection) selection.toggle(idOf(row));
    else if (event.key === 'Enter' && row && onOpen) onOpen(row);
    else if (event.key === 'F2' && layout.visible[active.column - select]?.edit) setEditing(active);
    else return;
    event.preventDefault();
  };
  const rendered = active.row === HEAD || items.some(({ index }) => index === active.row);

  if (rows.length === 0 && !loading && empty !== undefined) return empty;
  return (
    <Box
      ref={scroller}
      className="grid"
      role="grid"
      tabIndex={0}
      aria-label={label}
      aria-rowcount={more ? -1 : (total ?? rows.length) + 1}
      aria-colcount={layout.visible.length + select}
      aria-multiselectable={selection ? true : undefined}
      aria-activedescendant={rendered && rows.length > 0 ? cellId(active.row, active.column) : undefined}
      aria-busy={loading}
      onKeyDown={onKeyDown}
    >
      <div className="grid-body" role="presentation" style={{ height: virtual.getTotalSize(), minWidth: 'fit-content' }}>
        <div className="grid-head" role="row" aria-rowindex={1} style={{ gridTemplateColumns: template, height: HEADER_HEIGHT }}>
          {selection && (
            <div role="columnheader" id={cellId(HEAD, 0)} className="grid-cell" data-active={is(active, HEAD, 0)}>
              <Checkbox
                size="xs"
                checked={selection.all}
                indeterminate={selection.some && !selection.all}
                onChange={selection.toggleAll}
                aria-label={t('grid.selectAll')}
                tabIndex={-1}
              />
            </div>
          )}
          {layout.visible.map((column, i) => (
            <Header
              key={column.id}
              id={cellId(HEAD, i + select)}
              active={is(active, HEAD, i + select)}
              column={column}
              layout={layout}
              sort={sort}
              onSort={onSort}
              back={() => scroller.current?.focus()}
            />
          ))}
        </div>
        {items.map((item) => {
          const row = rows[item.index] as T;
          const rowId = idOf(row);
          const isSelected = selection?.has(rowId);
          return (
            <div
              key={rowId}
              role="row"
              aria-rowindex={item.index + 2}
              aria-selected={selection ? isSelected === true : undefined}
              className="grid-row"
              style={{ gridTemplateColumns: template, height, transform: `translateY(${item.start}px)` }}
              onClick={() => setActive((old) => ({ ...old, row: item.index }))}
              onDoubleClick={() => onOpen?.(row)}
            >
              {selection && (
                <div role="gridcell" id={cellId(item.index, 0)} className="grid-cell" data-active={is(active, item.index, 0)}>
                  <Checkbox size="xs" checked={isSelected === true} onChange={() => selection.toggle(rowId)} aria-label={t('grid.select')} tabIndex={-1} />
                </div>
              )}
              {layout.visible.map((column, i) => (
                <div
                  key={column.id}
                  role="gridcell"
                  id={cellId(item.index, i + select)}
                  aria-readonly={column.edit ? undefined : true}
                  className="grid-cell"
                  data-active={is(active, item.index, i + select)}
                  onClick={() => setActive({ row: item.index, column: i + select })}
                >
                  {editing && is(editing, item.index, i + select) && column.edit ? (
                    <EditCell
                      label={column.title}
                      edit={column.edit}
                      row={row}
                      close={() => {
                        setEditing(undefined);
                        scroller.current?.focus();
                      }}
                    />
                  ) : (
                    <span>{column.cell(row)}</span>
                  )}
                </div>
              ))}
            </div>
          );
        })}
      </div>
      {loading && (
        <div className="grid-loading" role="status">
          <Loader size="xs" type="dots" />
          <Text size="xs" c="dimmed">
            {t('state.loading')}
          </Text>
        </div>
      )}
    </Box>
  );
}

const is = (cell: Cell, row: number, column: number) => cell.row === row && cell.column === column;
