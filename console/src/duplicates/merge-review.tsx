// Records side by side before they become one: what differs comes first, each value can be picked, and the last column is
// what the server says would come of it.
import { ActionIcon, Anchor, Button, Group, Radio, Stack, Table, Text, TextInput } from '@mantine/core';
import { IconPencil } from '@tabler/icons-react';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { FormattedDate } from 'react-intl';
import { api, body } from '../api/api.ts';
import type { Schema } from '../api/schema.ts';
import { CONTACT_SECTIONS } from '../contacts/sections.ts';
import { useKeys } from '../frame/hotkeys.ts';
import { notify } from '../frame/notify.ts';
import { Refused } from '../frame/refused.tsx';
import { Shown } from '../frame/states.tsx';
import { useText } from '../language/language.tsx';
import { useNames } from '../list/choices.ts';
import { ORGANIZATION_SECTIONS } from '../organizations/sections.ts';
import { shownValue } from '../record/changes.ts';
import { useSections } from '../record/custom-fields.ts';
import type { EditField } from '../record/fields.tsx';
import { type Kind, type RecordBody, valueAt, withValue } from '../record/record.ts';
import { useMay } from '../session/session.ts';
import { titleOf } from './title.ts';
import type { Undo } from './undo.ts';

interface MergeReviewProps {
  kind: Kind;
  ids: string[];
  /** The suggestion that is accepted by it, if it is one. */
  duplicateId?: string | undefined;
  undo?: Undo;
  onMerged?: (id: string) => void;
  /** More that can be done. */
  children?: ReactNode;
}

export function MergeReview(props: MergeReviewProps) {
  const { kind, ids } = props;
  const records = useQuery({ queryKey: ['merge', kind, ids], staleTime: 0, queryFn: ({ signal }) => fetchAll(kind, ids, signal) });
  return <Shown query={records}>{(all) => <Review {...props} records={all} />}</Shown>;
}

/** By the path of a field: the number of a column, or what was written instead of what any has. */
type Picks = Record<string, number | string>;

function Review({ kind, records, duplicateId, undo, onMerged, children }: MergeReviewProps & { records: RecordBody[] }) {
  const t = useText();
  const may = useMay();
  const queries = useQueryClient();
  const [picks, setPicks] = useState<Picks>({});
  const [row, setRow] = useState(0);
  const [keep, setKeep] = useState(0);
  const fields = useFields(kind, records);
  const organizationName = useNames(
    'organization',
    records.flatMap(({ externalOrganization }) => (externalOrganization as { id?: string } | undefined)?.id ?? []),
  );
  const textOf = ({ kind: of }: EditField, value: unknown) => (of === 'organization' && value ? organizationName((value as { id: string }).id) : shown(value));
  const labelOf = (text: EditField['text']) => (typeof text === 'string' ? t(text) : text.words);
  const wish = { kind, records, duplicateId, picks, keep };
  const preview = useQuery({ queryKey: ['merge', 'preview', wish], placeholderData: keepPreviousData, queryFn: () => merge(wish, true), retry: false });
  const merging = useMutation({
    mutationFn: () => merge(wish, false),
    onSuccess: async (result) => {
      const id = result.id as string;
      if (kind === 'contact') undo?.decided({ contactId: id, duplicateId });
      notify({ message: t(kind === 'organization' ? 'merge.done' : undo ? 'merge.done.undo' : 'merge.done.tab') });
      await Promise.all([['duplicates'], [`${kind}s`], [kind]].map((queryKey) => queries.invalidateQueries({ queryKey })));
      onMerged?.(id);
    },
  });
  const merges = may(kind === 'contact' ? 'externalContacts:identity:merge' : 'externalContacts:externalOrganization:edit');
  const pick = (column: number) => {
    const field = fields[row];
    if (column >= records.length) return;
    if (kind === 'organization') setKeep(column);
    else if (field) setPicks((old) => ({ ...old, [field.path]: column }));
  };
  useKeys([
    ...DIGITS.map((digit, i): [string, () => void] => [digit, () => pick(i)]),
    ['ArrowDown', () => setRow((old) => Math.min(fields.length - 1, old + 1))],
    ['ArrowUp', () => setRow((old) => Math.max(0, old - 1))],
  ]);
  // On a button or a link it does what that is for.
  useKeys([['Enter', () => merges && !merging.isPending && merging.mutate()]], ['INPUT', 'TEXTAREA', 'SELECT', 'BUTTON', 'A']);
  return (
    <Stack gap="sm">
      <Group gap="xs">
        {merges && (
          <Button onClick={() => merging.mutate()} loading={merging.isPending}>
            {t('merge.merge', { count: records.length })}
          </Button>
        )}
        {children}
        {undo?.last && (
          <Button variant="subtle" onClick={undo.last}>
            {t(undo.text)}
          </Button>
        )}
      </Group>
      <Refused error={merging.error ?? preview.error} />
      <Table.ScrollContainer minWidth={160 + 200 * (records.length + 1)}>
        <Table stickyHeader verticalSpacing={6} aria-label={t('merge.sideBySide')}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th w={150}>{t('filter.field')}</Table.Th>
              {records.map((record, i) => (
                <Table.Th key={record.id}>
                  <Group gap={6} wrap="nowrap">
                    {kind === 'organization' && (
                      <Radio size="xs" checked={keep === i} onChange={() => setKeep(i)} aria-label={t('merge.keep', { number: i + 1 })} />
                    )}
                    <Anchor component={Link} to={`/${kind}s/${record.id}` as never} size="sm">
                      {i + 1}. {titleOf(kind, record) || t('contacts.nameless')}
                    </Anchor>
                  </Group>
                  <Text size="xs" c="dimmed" fw={400}>
                    <FormattedDate value={String(record.modifyDate)} dateStyle="medium" />
                  </Text>
                </Table.Th>
              ))}
              <Table.Th>{t('merge.result')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {fields.map((field, at) => {
              const result = preview.data && textOf(field, valueAt(preview.data, field.path));
              // What the server would take is marked until something else is wanted.
              const picked = picks[field.path] ?? records.findIndex((record) => textOf(field, valueAt(record, field.path)) === result);
              return (
                <Table.Tr key={field.path} className="merge-row" data-active={at === row} onClick={() => setRow(at)}>
                  <Table.Th scope="row">
                    {labelOf(field.text)}
                    {field.differs && (
                      <Text span size="xs" c="dimmed" fw={400}>
                        {' '}
                        ≠
                      </Text>
                    )}
                  </Table.Th>
                  {records.map((record, column) => {
                    const value = textOf(field, valueAt(record, field.path));
                    return (
                      <Table.Td key={record.id}>
                        {field.differs && value !== '' && kind === 'contact' ? (
                          <Radio
                            size="xs"
                            name={field.path}
                            label={value}
                            checked={picked === column}
                            onChange={() => setPicks((old) => ({ ...old, [field.path]: column }))}
                          />
                        ) : (
                          <Text size="sm" className="breaking">
                            {value}
                          </Text>
                        )}
                      </Table.Td>
                    );
                  })}
                  <Table.Td>
                    <Result
                      label={labelOf(field.text)}
                      value={result ?? ''}
                      live={at === row}
                      write={
                        kind === 'contact' && WRITTEN.has(field.kind) && !field.options
                          ? (text) => setPicks((old) => ({ ...old, [field.path]: text }))
                          : undefined
                      }
                    />
                  </Table.Td>
                </Table.Tr>
              );
            })}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Stack>
  );
}

const WRITTEN = new Set<EditField['kind']>(['text', 'email', 'tel', 'url']);

/** What comes of a field, and a way to write something else. */
function Result({ label, value, live, write }: { label: string; value: string; live: boolean; write: ((text: string) => void) | undefined }) {
  const t = useText();
  const [draft, setDraft] = useState<string>();
  if (draft !== undefined && write) {
    const take = () => {
      if (draft.trim() !== '' && draft !== value) write(draft.trim());
      setDraft(undefined);
    };
    return (
      <TextInput
        size="xs"
        autoFocus
        aria-label={t('merge.write', { field: label })}
        value={draft}
        onChange={(event) => setDraft(event.currentTarget.value)}
        onBlur={take}
        onKeyDown={({ key }) => (key === 'Enter' ? take() : key === 'Escape' && setDraft(undefined))}
      />
    );
  }
  return (
    <Group gap={4} wrap="nowrap" justify="space-between">
      <Text size="sm" fw={600} className="breaking" aria-live={live ? 'polite' : undefined}>
        {value}
      </Text>
      {write && (
        <ActionIcon variant="subtle" color="gray" size={24} aria-label={t('merge.write', { field: label })} onClick={() => setDraft(value)}>
          <IconPencil size={14} aria-hidden />
        </ActionIcon>
      )}
    </Group>
  );
}

const DIGITS = ['1', '2', '3', '4', '5', '6', '7', '8', '9'];

/** The fields that any of the records has; those in which they differ come first. */
function useFields(kind: Kind, records: RecordBody[]): (EditField & { differs: boolean })[] {
  const sections = useSections(kind, kind === 'contact' ? CONTACT_SECTIONS : ORGANIZATION_SECTIONS);
  return (
    sections
      .flatMap((section) => section.fields)
      // Of these the result has all.
      .filter(({ kind: of }) => of !== 'externalIds')
      .map((field) => {
        const values = records.map((record) => shown(valueAt(record, field.path)));
        return { ...field, differs: new Set(values).size > 1, empty: values.every((value) => value === '') };
      })
      .filter(({ empty }) => !empty)
      .sort((a, b) => Number(b.differs) - Number(a.differs))
  );
}

const shown = (value: unknown): string => (value === undefined ? '' : shownValue(value));

async function fetchAll(kind: Kind, ids: string[], signal: AbortSignal): Promise<RecordBody[]> {
  const path = kind === 'contact' ? '/api/v2/externalcontacts/bulk/contacts' : '/api/v2/externalcontacts/bulk/organizations';
  const { results = [] } = await body(
    api.POST(path, {
      params: { query: kind === 'contact' ? { expand: ['externalOrganization'] } : {} } as never,
      body: { entities: ids.map((id) => ({ id })) },
      signal,
    }),
  );
  return (results as { entity?: RecordBody }[]).flatMap(({ entity }) => (entity ? [entity] : []));
}

interface Wish {
  kind: Kind;
  records: RecordBody[];
  duplicateId: string | undefined;
  picks: Picks;
  keep: number;
}

function merge({ kind, records, duplicateId, picks, keep }: Wish, dryRun: boolean): Promise<RecordBody> {
  const picked = Object.entries(picks);
  const valueOverride = picked.reduce<RecordBody>((override, [path, pick]) => {
    if (typeof pick === 'string') return withValue(override, path, pick);
    // A phone number is taken whole: what is shown of it is a part.
    const whole = path.replace(/\.display$/, '');
    return withValue(override, whole, valueAt(records[pick], whole));
  }, {});
  const override = picked.length > 0 ? { valueOverride: valueOverride as Schema['ExternalContact'] } : {};
  const query = { dryRun };
  if (duplicateId !== undefined) {
    const request = kind === 'contact' ? override : { keep: records[keep]?.id as string };
    return body(api.POST('/liaison/v1/duplicates/{duplicateId}/accept', { params: { path: { duplicateId }, query }, body: request }));
  }
  return body(
    api.POST('/api/v2/externalcontacts/contacts/merge', { params: { query }, body: { contactIds: records.map(({ id }) => id as string), ...override } }),
  ) as Promise<RecordBody>;
}
