// A list, and beside it the one that was opened or is being made: what all screens of the administration are.
import { Anchor, Button, Drawer, Group, Stack, Title } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { type ReactNode, useEffect } from 'react';
import { useQuestion } from '../frame/confirm.tsx';
import { useKeys } from '../frame/hotkeys.ts';
import { Empty, Failure, NothingHere } from '../frame/states.tsx';
import type { Column } from '../grid/columns.ts';
import { DataGrid } from '../grid/data-grid.tsx';
import { type TextKey, useText } from '../language/language.tsx';
import { useMay } from '../session/session.ts';
import { useOpened } from './address.ts';
import type { Pages } from './pages.ts';

interface ListScreenProps<T extends object> {
  /** Under which the reader's columns are kept. */
  name: string;
  title: TextKey;
  list: Pages<T>;
  /** The first leads to the row. */
  columns: readonly Column<T>[];
  idOf(row: T): string;
  nameOf(row: T): string;
  create?: { text: TextKey; permissions: readonly string[]; form: (opened: Opened) => ReactNode } | undefined;
  details(row: T, opened: Opened): ReactNode;
  none: { title: TextKey; hint?: TextKey };
  /** What chooses among several lists, or narrows this one. */
  above?: ReactNode;
  size?: 'lg' | 'xl';
}

export interface Opened {
  close(): void;
  /** Opens the one that was made. */
  open(id: string): void;
}

/** In the address, in the place of an id. */
const NEW = 'new';

export function ListScreen<T extends object>(props: ListScreenProps<T>) {
  const { name, title, list, columns, idOf, nameOf, create, details, none, above, size = 'lg' } = props;
  const { pages, rows } = list;
  const t = useText();
  const may = useMay();
  const { open, show, close } = useOpened();
  const asked = useQuestion();
  const creates = create !== undefined && may(...create.permissions);
  useKeys([['n', () => creates && show(NEW)]]);
  const row = rows.find((one) => idOf(one) === open);
  const sought = open !== undefined && open !== NEW && !row;
  // A link may lead to one that is further down.
  useEffect(() => {
    if (sought && pages.hasNextPage && !pages.isFetching) pages.fetchNextPage();
  }, [sought, pages]);
  const opened = { close, open: show };
  const [first, ...others] = columns as [Column<T>, ...Column<T>[]];
  const linked: Column<T> = {
    ...first,
    cell: (one) => (
      <Anchor component="button" type="button" inherit tabIndex={-1} onClick={() => show(idOf(one))}>
        {first.cell(one)}
      </Anchor>
    ),
  };
  const add = creates && (
    <Button size="xs" leftSection={<IconPlus size={16} aria-hidden />} onClick={() => show(NEW)}>
      {t(create.text)}
    </Button>
  );
  return (
    <Stack className="screen" gap="sm">
      <Group justify="space-between">
        <Title order={1} size="h3">
          {t(title)}
        </Title>
        {add}
      </Group>
      {above}
      {pages.error && rows.length === 0 ? (
        <Failure error={pages.error} reset={() => pages.refetch()} />
      ) : (
        <DataGrid
          name={name}
          label={t(title)}
          rows={rows}
          idOf={idOf}
          columns={[linked, ...others]}
          total={pages.hasNextPage ? undefined : rows.length}
          more={pages.hasNextPage ? () => pages.fetchNextPage() : undefined}
          loading={pages.isFetching}
          onOpen={(one) => show(idOf(one))}
          empty={
            <Empty title={t(none.title)} actions={add}>
              {none.hint && t(none.hint)}
            </Empty>
          }
        />
      )}
      <Drawer
        opened={open !== undefined}
        onClose={close}
        closeOnEscape={!asked}
        position="right"
        size={size}
        title={create && open === NEW ? t(create.text) : row ? nameOf(row) : ''}
        closeButtonProps={{ 'aria-label': t('action.close') }}
      >
        {open === NEW && creates && create.form(opened)}
        {row && <div key={open}>{details(row, opened)}</div>}
        {sought && !pages.isFetching && <NothingHere />}
      </Drawer>
    </Stack>
  );
}
