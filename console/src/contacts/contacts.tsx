// All contacts, as a table over the deep search: what the address says is what is shown, so that a view is a link.
import { Button, Drawer, Group, Stack, TextInput, Title } from '@mantine/core';
import { useDebouncedCallback, useHotkeys } from '@mantine/hooks';
import { IconPlus, IconSearch } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo, useRef, useState } from 'react';
import { api, body } from '../api/api.ts';
import type { Schema } from '../api/schema.ts';
import { BulkActions } from '../bulk/bulk-actions.tsx';
import type { Filter } from '../filter/filter.ts';
import { FilterBar } from '../filter/filter-bar.tsx';
import { Empty, Failure } from '../frame/states.tsx';
import { DataGrid } from '../grid/data-grid.tsx';
import { useSelection } from '../grid/selection.ts';
import { useText } from '../language/language.tsx';
import { useMay } from '../session/session.ts';
import { useContactColumns } from './columns.tsx';
import { ContactDetails } from './contact-details.tsx';
import { CONTACT_FIELDS } from './fields.ts';
import { nameOf } from './name.ts';
import { NewContact } from './new-contact.tsx';

type Contact = Schema['ExternalContact'];

/** What the address keeps of a view. */
interface View {
  q?: string;
  filter?: Filter;
  sort?: 'lastName' | 'firstName' | 'middleName' | 'title' | 'createDate' | 'modifyDate';
  direction?: 'asc' | 'desc';
  /** The contact in the side panel. */
  open?: string;
}

const PAGE = 100;

export function Contacts() {
  const t = useText();
  const may = useMay();
  const navigate = useNavigate();
  const view = useSearch({ strict: false }) as View;
  const show = (change: View) => navigate({ to: '/contacts', search: (old: object) => withoutEmpty({ ...old, ...change }), replace: true });
  const { q, filter, sort = 'lastName', direction = 'asc' } = view;
  const question = useMemo(
    (): Omit<Schema['ContactSearch'], 'limit' | 'cursor'> => ({
      ...(q ? { q } : {}),
      ...(filter ? { filter: filter as never } : {}),
      sort: [{ field: sort, direction }],
    }),
    [q, filter, sort, direction],
  );
  const pages = useInfiniteQuery({
    queryKey: ['contacts', question],
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page: Schema['ContactSearchPage']) => page.cursors.after,
    queryFn: ({ pageParam, signal }) =>
      body(
        api.POST('/liaison/v1/contacts/search', {
          body: { ...question, limit: PAGE, expand: ['externalOrganization', 'division'], ...(pageParam ? { cursor: pageParam } : {}) },
          signal,
        }),
      ),
  });
  const rows = useMemo(() => (pages.data?.pages.flatMap((page) => page.entities) ?? []) as Contact[], [pages.data]);
  const selection = useSelection(rows, (row) => row.id ?? '', JSON.stringify(question));
  const columns = useContactColumns();
  const [creating, setCreating] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  useHotkeys([
    ['/', () => field.current?.focus()],
    ['n', () => may(...ADD) && setCreating(true)],
  ]);
  const open = rows.find(({ id }) => id === view.open);

  return (
    <Stack h="calc(100dvh - 52px - 2 * var(--mantine-spacing-md))" gap="sm">
      <Group justify="space-between" wrap="nowrap">
        <Title order={1} size="h3">
          {t('contacts.title')}
        </Title>
        {may(...ADD) && (
          <Button size="xs" leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setCreating(true)}>
            {t('contacts.new')}
          </Button>
        )}
      </Group>
      <Group gap="xs" align="flex-start">
        <Words ref={field} label={t('contacts.words')} value={q ?? ''} onChange={(words) => show({ q: words })} />
        <FilterBar fields={CONTACT_FIELDS} filter={filter} onChange={(next) => show({ ...(next ? { filter: next } : { filter: undefined as never }) })} />
      </Group>
      <BulkActions kind="contact" selection={selection} question={question} />
      {pages.error && rows.length === 0 ? (
        <Failure error={pages.error} reset={() => pages.refetch()} />
      ) : (
        <DataGrid
          name="contacts"
          label={t('contacts.title')}
          rows={rows}
          idOf={(row) => row.id ?? ''}
          columns={columns}
          total={pages.hasNextPage ? undefined : rows.length}
          more={pages.hasNextPage ? () => pages.fetchNextPage() : undefined}
          loading={pages.isFetching}
          sort={{ field: sort, direction }}
          onSort={(next) => show({ sort: next.field as NonNullable<View['sort']>, direction: next.direction })}
          selection={selection}
          onOpen={(row) => show({ open: row.id ?? '' })}
          empty={<NoContacts filtered={Boolean(q || filter)} create={may(...ADD) ? () => setCreating(true) : undefined} />}
        />
      )}
      <Drawer
        opened={view.open !== undefined}
        onClose={() => show({ open: undefined as never })}
        position="right"
        size="xl"
        title={open ? nameOf(open) : ''}
        closeButtonProps={{ 'aria-label': t('action.close') }}
      >
        {view.open !== undefined && <ContactDetails id={view.open} />}
      </Drawer>
      <NewContact opened={creating} close={() => setCreating(false)} />
    </Stack>
  );
}

const ADD = ['externalContacts:contact:add', 'relate:contact:add'];

const withoutEmpty = (view: object) => Object.fromEntries(Object.entries(view).filter(([, value]) => value !== undefined && value !== ''));

function Words({ label, value, onChange, ref }: { label: string; value: string; onChange: (words: string) => void; ref: React.Ref<HTMLInputElement> }) {
  const [words, setWords] = useState(value);
  const ask = useDebouncedCallback(onChange, 200);
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

function NoContacts({ filtered, create }: { filtered: boolean; create: (() => void) | undefined }) {
  const t = useText();
  if (filtered) return <Empty title={t('contacts.noneFound')}>{t('contacts.noneFound.hint')}</Empty>;
  return (
    <Empty title={t('contacts.none')} actions={create && <Button onClick={create}>{t('contacts.new')}</Button>}>
      {t('contacts.none.hint')}
    </Empty>
  );
}
