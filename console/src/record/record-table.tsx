// All records of a kind, as a table over the deep search: what the address says is what is shown, so that a view is a link.
import { Button, Group, Stack, TextInput, Title } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconPlus, IconSearch } from '@tabler/icons-react';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { type ComponentType, Suspense, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { api, body } from '../api/api.ts';
import type { Schema } from '../api/schema.ts';
import type { Filter, FilterField } from '../filter/filter.ts';
import { FilterBar } from '../filter/filter-bar.tsx';
import { useKeys } from '../frame/hotkeys.ts';
import { lazily } from '../frame/lazily.tsx';
import { Empty, Failure } from '../frame/states.tsx';
import type { Column } from '../grid/columns.ts';
import { DataGrid } from '../grid/data-grid.tsx';
import { useSelection } from '../grid/selection.ts';
import { useText } from '../language/language.tsx';
import { useOpened, withoutEmpty } from '../list/address.ts';
import { usePages } from '../list/pages.ts';
import { useMay } from '../session/session.ts';
import { Tabs, useViews, ViewsButton } from '../views/views.tsx';
import { type Kind, PERMISSIONS } from './record.ts';

/** What differs between contacts and organizations. */
export interface RecordTableProps<T> {
  kind: Kind;
  columns: readonly Column<T>[];
  fields: readonly FilterField[];
  /** The field that the server sorts by unless it is told otherwise. */
  sortedBy: string;
  expand: string[];
  nameOf(row: T): string;
  Details: ComponentType<{ id: string }>;
  New: ComponentType<{ opened: boolean; close: () => void }>;
}

/** What the address keeps of a view. */
export interface View {
  q?: string | undefined;
  filter?: Filter | undefined;
  sort?: string;
  direction?: 'asc' | 'desc';
  /** The saved one that it is, or began as. */
  view?: string | undefined;
  /** The record in the side panel. */
  open?: string | undefined;
}

export type Question = Omit<Schema['ContactSearch'], 'cursor' | 'limit'>;

const BulkActions = lazily(() => import('../bulk/bulk-actions.tsx'));
const FirstSteps = lazily(() => import('../samples/first-steps.tsx'));
const SidePanel = lazily(() => import('../frame/side-panel.tsx'));

const PAGE = 100;

type Cursors = Pick<Schema['ContactSearchPage'], 'cursors'>;

const SEARCHES = { contact: '/liaison/v1/contacts/search', organization: '/liaison/v1/organizations/search' } as const;

export function RecordTable<T extends { id?: string }>(props: RecordTableProps<T>) {
  const { kind, columns, fields, sortedBy, expand, nameOf, Details, New } = props;
  const t = useText();
  const may = useMay();
  const navigate = useNavigate();
  const view = useSearch({ strict: false }) as View;
  const show = (change: View) => navigate({ to: `/${kind}s`, search: (old: object) => withoutEmpty({ ...old, ...change }), replace: true });
  const { q, filter, sort = sortedBy, direction = 'asc' } = view;
  const question = useMemo(
    () => ({ ...(q ? { q } : {}), ...(filter ? { filter } : {}), sort: [{ field: sort, direction }] }) as Question,
    [q, filter, sort, direction],
  );
  const { pages, rows } = usePages(
    [`${kind}s`, question],
    (at, signal) =>
      body(api.POST(SEARCHES[kind], { body: { ...question, ...at, limit: PAGE, expand } as never, signal })) as Promise<{ entities: T[] } & Cursors>,
  );
  const screen = `${kind}s` as const;
  const { views, current } = useViews(screen, view);
  const columnsShown = useRef<string[]>([]);
  const keepColumns = useCallback((ids: string[]) => {
    columnsShown.current = ids;
  }, []);
  const selection = useSelection(`${kind}s`, rows, idOf, JSON.stringify({ q, filter }));
  const [creating, setCreating] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const create = may(...PERMISSIONS[kind].add) ? () => setCreating(true) : undefined;
  useKeys([
    ['/', () => field.current?.focus()],
    ['n', () => create?.()],
  ]);
  const { open, show: openAt, close } = useOpened();
  const row = rows.find(({ id }) => id === open);

  return (
    <Stack h="calc(100dvh - 52px - 2 * var(--mantine-spacing-md))" gap="sm">
      <Group justify="space-between" gap="xs">
        <Title order={1} size="h3">
          {t(`${kind}s.title`)}
        </Title>
        <Group gap="xs">
          {/* An export takes the filter, and no words. */}
          {!q && may('externalContacts:export:add') && (
            <Button size="xs" variant="default" component={Link} to={'/exports' as never} search={withoutEmpty({ kind, filter }) as never}>
              {t('record.export')}
            </Button>
          )}
          {create && (
            <Button size="xs" leftSection={<IconPlus size={16} aria-hidden />} onClick={create}>
              {t(`${kind}s.new`)}
            </Button>
          )}
        </Group>
      </Group>
      <Tabs screen={screen} views={views} current={current} />
      <Group gap="xs" align="flex-start">
        <ViewsButton screen={screen} views={views} look={view} columns={() => columnsShown.current} />
        <Words key={view.view} ref={field} label={t(`${kind}s.words`)} value={q ?? ''} onChange={(words) => show({ q: words })} />
        <FilterBar fields={fields} filter={filter} onChange={(next) => show({ filter: next })} />
      </Group>
      <Suspense>
        {selection.some && <BulkActions kind={kind} selection={selection} total={pages.hasNextPage ? undefined : rows.length} q={q} filter={filter} />}
      </Suspense>
      {pages.error && rows.length === 0 ? (
        <Failure error={pages.error} reset={() => pages.refetch()} />
      ) : (
        <DataGrid
          key={current?.id}
          name={current ? `${screen}.${current.id}` : screen}
          firstColumns={current?.columns}
          onColumns={keepColumns}
          label={t(`${kind}s.title`)}
          rows={rows}
          idOf={idOf}
          columns={columns}
          total={pages.hasNextPage ? undefined : rows.length}
          more={pages.hasNextPage ? () => pages.fetchNextPage() : undefined}
          loading={pages.isFetching}
          sort={{ field: sort, direction }}
          onSort={(next) => show({ sort: next.field, direction: next.direction })}
          selection={selection}
          onOpen={({ id = '' }) => openAt(id)}
          empty={<Nothing kind={kind} filtered={Boolean(q || filter)} create={create} />}
        />
      )}
      {open !== undefined && (
        <Suspense>
          <SidePanel title={row ? nameOf(row) : ''} close={close}>
            <Details id={open} />
          </SidePanel>
        </Suspense>
      )}
      {creating && (
        <Suspense>
          <New opened close={() => setCreating(false)} />
        </Suspense>
      )}
    </Stack>
  );
}

const idOf = (row: { id?: string }) => row.id ?? '';

function Words({ label, value, onChange, ref }: { label: string; value: string; onChange: (words: string) => void; ref: React.Ref<HTMLInputElement> }) {
  const [words, setWords] = useState(value);
  const sent = useRef(value);
  const ask = useDebouncedCallback((next: string) => {
    sent.current = next;
    onChange(next);
  }, 200);
  // The address can come to say something else by another way than this field.
  useEffect(() => {
    if (value === sent.current) return;
    sent.current = value;
    setWords(value);
  }, [value]);
  return (
    <TextInput
      ref={ref}
      type="search"
      w={280}
      size="xs"
      aria-label={label}
      placeholder={label}
      leftSection={<IconSearch size={16} aria-hidden />}
      value={words}
      onChange={(event) => {
        setWords(event.currentTarget.value);
        ask(event.currentTarget.value);
      }}
    />
  );
}

interface NothingProps {
  kind: Kind;
  filtered: boolean;
  create: (() => void) | undefined;
}

function Nothing({ kind, filtered, create }: NothingProps) {
  const t = useText();
  if (filtered) return <Empty title={t(`${kind}s.noneFound`)}>{t('record.noneFound.hint')}</Empty>;
  return (
    <>
      <Empty title={t(`${kind}s.none`)} actions={create && <Button onClick={create}>{t(`${kind}s.new`)}</Button>}>
        {t(`${kind}s.none.hint`)}
      </Empty>
      <Suspense>{kind === 'contact' && create && <FirstSteps />}</Suspense>
    </>
  );
}
