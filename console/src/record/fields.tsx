// A record's fields, to read and to edit. Each says on hover who gave it and when; saving carries the version that was
// read, and who comes too late sees the difference before anything is overwritten.
import { Alert, Anchor, Button, Checkbox, Fieldset, Group, Select, SimpleGrid, Stack, TagsInput, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { FormattedDate, FormattedRelativeTime } from 'react-intl';
import { ApiError } from '../api/api.ts';
import { useUnsaved } from '../api/unsaved.ts';
import { notify } from '../frame/notify.ts';
import { Refused } from '../frame/refused.tsx';
import { type TextKey, useText } from '../language/language.tsx';
import { Chooser } from '../list/chooser.tsx';
import { useMay } from '../session/session.ts';
import { shownValue } from './changes.ts';
import { type ExternalId, ExternalIds, idText } from './external-ids.tsx';
import { Origin } from './origin.tsx';
import { type Kind, PERMISSIONS, type RecordBody, recordQuery, type Stored, save, valueAt, withValue } from './record.ts';

export interface EditField {
  path: string;
  text: TextKey | { words: string };
  kind: 'text' | 'email' | 'tel' | 'url' | 'number' | 'boolean' | 'list' | 'date' | 'organization' | 'externalIds';
  /** What may be chosen, where not everything may be written. */
  options?: readonly { value: string; label: string }[];
  /** The schema of a custom field, which a record that has the field must name. */
  schemaId?: string;
}

export interface Section {
  text: TextKey;
  fields: readonly EditField[];
}

interface RecordFieldsProps {
  kind: Kind;
  stored: Stored;
  sections: readonly Section[];
}

/** What is typed, and the version that it was typed over: what is read meanwhile is not what its author has seen. */
interface Edit {
  draft: RecordBody;
  base: Stored;
}

export function RecordFields({ kind, stored, sections }: RecordFieldsProps) {
  const t = useText();
  const may = useMay();
  const [edit, setEdit] = useState<Edit>();
  const queries = useQueryClient();
  const id = stored.body.id as string;
  const fields = sections.flatMap((section) => section.fields);
  const changed = edit ? fields.filter(({ path }) => differs(edit.draft, edit.base.body, path)) : [];
  useUnsaved(changed.length > 0);
  const saving = useMutation({
    mutationFn: ({ draft, base }: Edit) => save(kind, { body: draft, etag: base.etag }),
    onSuccess: async () => {
      setEdit(undefined);
      notify({ message: t('record.saved') });
      await Promise.all([[kind, id], ['history', kind, id], [`${kind}s`]].map((queryKey) => queries.invalidateQueries({ queryKey })));
    },
    // Somebody else was faster: what was changed here is put over what there is now, to be compared.
    onError: async (error, { draft }) => {
      if (!(error instanceof ApiError) || error.status !== 412) return;
      const theirs = await queries.fetchQuery({ ...recordQuery(kind, id), staleTime: 0 });
      setEdit({ draft: changed.reduce((next, field) => withField(next, field, valueAt(draft, field.path)), theirs.body), base: theirs });
    },
  });
  const refused = saving.error instanceof ApiError ? saving.error : undefined;
  const labelOf = (text: EditField['text']) => (typeof text === 'string' ? t(text) : text.words);
  const begin = (next: Edit | undefined) => {
    saving.reset();
    setEdit(next);
  };
  if (!edit) {
    return (
      <Stack>
        {may(...PERMISSIONS[kind].edit) && (
          <Button size="xs" variant="light" w="fit-content" onClick={() => begin({ draft: stored.body, base: stored })}>
            {t('action.edit')}
          </Button>
        )}
        {sections.map((section) => (
          <ReadSection key={section.text} kind={kind} record={stored.body} section={section} labelOf={labelOf} />
        ))}
      </Stack>
    );
  }
  const { draft, base } = edit;
  return (
    <Stack
      component="form"
      onSubmit={(event) => {
        event.preventDefault();
        saving.mutate(edit);
      }}
    >
      {refused?.status === 412 ? (
        <Overtaken mine={draft} theirs={base.body} changed={changed} labelOf={labelOf} takeTheirs={() => begin({ draft: base.body, base })} />
      ) : (
        <Refused error={saving.error} />
      )}
      {sections.map(({ text, fields: own }) => (
        <Fieldset key={text} legend={t(text)}>
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            {own.map((field) => (
              <Input
                key={field.path}
                field={field}
                label={labelOf(field.text)}
                value={valueAt(draft, field.path)}
                fault={refused?.fields[field.path]}
                onChange={(value) => setEdit({ draft: withField(draft, field, value), base })}
              />
            ))}
          </SimpleGrid>
        </Fieldset>
      ))}
      <Group className="sticky-actions">
        <Button type="submit" size="xs" loading={saving.isPending}>
          {refused?.status === 412 ? t('record.overwrite') : t('action.save')}
        </Button>
        <Button size="xs" variant="default" onClick={() => begin(undefined)}>
          {t('action.cancel')}
        </Button>
      </Group>
    </Stack>
  );
}

const differs = (one: RecordBody, other: RecordBody, path: string) => JSON.stringify(valueAt(one, path)) !== JSON.stringify(valueAt(other, path));

function withField(draft: RecordBody, { path, schemaId }: EditField, value: unknown): RecordBody {
  const next = withValue(draft, path, value);
  return schemaId === undefined || next.schema ? next : { ...next, schema: { id: schemaId } };
}

type LabelOf = (text: EditField['text']) => string;

function ReadSection({ kind, record, section: { text, fields }, labelOf }: { kind: Kind; record: RecordBody; section: Section; labelOf: LabelOf }) {
  const t = useText();
  const filled = fields.filter(({ path }) => valueAt(record, path) !== undefined);
  if (filled.length === 0) return null;
  return (
    <Stack gap={4} component="section" aria-label={t(text)}>
      <Text fw={600} size="sm">
        {t(text)}
      </Text>
      <SimpleGrid component="dl" cols={{ base: 1, sm: 2 }} spacing="xs" verticalSpacing={6} m={0}>
        {filled.map((field) => (
          <div key={field.path}>
            <Text component="dt" size="xs" c="dimmed">
              {labelOf(field.text)}
            </Text>
            <Text component="dd" m={0} size="sm" className="breaking">
              <Origin kind={kind} id={record.id as string} path={field.path}>
                <Value field={field} value={valueAt(record, field.path)} />
              </Origin>
            </Text>
          </div>
        ))}
      </SimpleGrid>
    </Stack>
  );
}

function Value({ field: { kind, options }, value }: { field: EditField; value: unknown }) {
  const t = useText();
  const text = options?.find((option) => option.value === value)?.label ?? String(value);
  switch (kind) {
    case 'email':
      return <Anchor href={`mailto:${text}`}>{text}</Anchor>;
    case 'tel':
      return <Anchor href={`tel:${text}`}>{text}</Anchor>;
    case 'url':
      return (
        <Anchor href={text} target="_blank" rel="noreferrer">
          {text}
        </Anchor>
      );
    case 'boolean':
      return value === true ? t('filter.yes') : t('filter.no');
    case 'list':
      return (value as unknown[]).join(', ');
    case 'organization':
      return <OrganizationLink organization={value as Named} />;
    case 'externalIds':
      return (value as ExternalId[]).map(idText).join(', ');
    case 'date':
      return <FormattedDate value={text} dateStyle="medium" />;
    default:
      return text;
  }
}

export function Ago({ time }: { time: string }) {
  const seconds = Math.round((Date.parse(time) - Date.now()) / 1000);
  return (
    <time dateTime={time} title={new Date(time).toLocaleString()}>
      {Math.abs(seconds) < 60 ? <FormattedRelativeTime value={seconds} unit="second" numeric="auto" /> : <Coarse seconds={seconds} time={time} />}
    </time>
  );
}

function Coarse({ seconds, time }: { seconds: number; time: string }) {
  if (Math.abs(seconds) < 3_600) return <FormattedRelativeTime value={Math.round(seconds / 60)} unit="minute" />;
  if (Math.abs(seconds) < 86_400) return <FormattedRelativeTime value={Math.round(seconds / 3_600)} unit="hour" />;
  return <FormattedDate value={time} dateStyle="medium" timeStyle="short" />;
}

type Named = { id?: string; name?: string };

interface InputProps {
  field: EditField;
  label: string;
  value: unknown;
  fault: string | undefined;
  onChange: (value: unknown) => void;
  /** Whether one types here first, as soon as it is shown. */
  first?: boolean;
}

function OrganizationLink({ organization: { id = '', name } }: { organization: Named }) {
  return (
    <Anchor component={Link} to={`/organizations/${id}` as never} inherit>
      {name ?? id}
    </Anchor>
  );
}

const TYPES: Partial<Record<EditField['kind'], string>> = { text: 'text', email: 'email', tel: 'tel', url: 'url', number: 'number', date: 'date' };

export function Input({ field: { kind, path, options }, label, value, fault, onChange, first = false }: InputProps) {
  if (options) {
    return (
      <Select
        label={label}
        name={path}
        clearable
        data={options}
        value={(value as string | undefined) ?? null}
        onChange={(chosen) => onChange(chosen ?? undefined)}
        error={fault}
      />
    );
  }
  if (kind === 'boolean') {
    return <Checkbox label={label} name={path} checked={value === true} onChange={(event) => onChange(event.currentTarget.checked)} error={fault} />;
  }
  if (kind === 'organization')
    return (
      <Chooser
        clearable
        of="organization"
        label={label}
        name={path}
        error={fault}
        value={(value as Named | undefined)?.id ?? null}
        onChange={(id) => onChange(id === null ? undefined : { id })}
      />
    );
  if (kind === 'externalIds') return <ExternalIds value={value as ExternalId[] | undefined} onChange={onChange} />;
  if (kind === 'list')
    return (
      <TagsInput
        label={label}
        name={path}
        value={(value as string[] | undefined) ?? []}
        onChange={(list) => onChange(list.length > 0 ? list : undefined)}
        error={fault}
      />
    );
  return (
    <TextInput
      autoFocus={first}
      data-autofocus={first || undefined}
      label={label}
      name={path}
      // Faults are told by the server, in its own words, where they stand.
      type={kind === 'email' || kind === 'url' ? 'text' : (TYPES[kind] ?? 'text')}
      inputMode={kind === 'email' ? 'email' : kind === 'url' ? 'url' : undefined}
      value={String(value ?? '')}
      error={fault}
      onChange={({ currentTarget }) => onChange(kind === 'number' && currentTarget.value !== '' ? Number(currentTarget.value) : currentTarget.value)}
    />
  );
}

interface OvertakenProps {
  mine: RecordBody;
  theirs: RecordBody;
  changed: readonly EditField[];
  labelOf: LabelOf;
  takeTheirs: () => void;
}

/** Only what was changed here is compared: all else is theirs already. */
function Overtaken({ mine, theirs, changed, labelOf, takeTheirs }: OvertakenProps) {
  const t = useText();
  return (
    <Alert color="orange" title={t('record.overtaken')} role="alert">
      <Stack gap="xs">
        {changed.map(({ path, text }) => (
          <Text key={path} size="sm">
            {t('record.overtaken.field', {
              field: labelOf(text),
              mine: shownValue(valueAt(mine, path) ?? '—'),
              theirs: shownValue(valueAt(theirs, path) ?? '—'),
            })}
          </Text>
        ))}
        <Button size="compact-sm" variant="light" w="fit-content" onClick={takeTheirs}>
          {t('record.takeTheirs')}
        </Button>
      </Stack>
    </Alert>
  );
}
