// What goes into a file, and how it is written. The filter is that of the tables, and may come from one by the address.
import { Button, Checkbox, Group, Paper, SegmentedControl, Select, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { api, body } from '../api/api.ts';
import { CONTACT_FIELDS } from '../contacts/fields.ts';
import type { Filter } from '../filter/filter.ts';
import { FilterBar } from '../filter/filter-bar.tsx';
import { Refused } from '../frame/refused.tsx';
import { useText } from '../language/language.tsx';
import { ORGANIZATION_FIELDS } from '../organizations/sections.ts';
import { useMay } from '../session/session.ts';
import { type Export, type ExportKind, exportsQuery } from './queries.ts';

/** What the address keeps. */
export interface Wanted {
  kind?: ExportKind;
  filter?: Filter | undefined;
}

const CONTACT = ['externalContacts:contact:view', 'relate:contact:view'];
const ORGANIZATION = ['externalContacts:externalOrganization:view', 'relate:externalOrganization:view'];
/** What one must be allowed to view: whoever may see a record may export its notes. */
const VIEW: Record<ExportKind, readonly string[]> = {
  contact: CONTACT,
  organization: ORGANIZATION,
  contactNote: CONTACT,
  organizationNote: ORGANIZATION,
  relationship: ORGANIZATION,
};

export function NewExport() {
  const t = useText();
  const may = useMay();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const kinds = (Object.keys(VIEW) as ExportKind[]).filter((one) => may(...VIEW[one]));
  const { kind = kinds[0] ?? 'contact', filter } = useSearch({ strict: false }) as Wanted;
  const show = (wanted: Wanted) => navigate({ to: '/exports' as never, search: wanted as never, replace: true });
  const [format, setFormat] = useState<NonNullable<Export['format']>>('csv');
  const [gzip, setGzip] = useState(false);
  const [neutralise, setNeutralise] = useState(true);
  const fields = kind === 'contact' ? CONTACT_FIELDS : kind === 'organization' ? ORGANIZATION_FIELDS : undefined;
  const starting = useMutation({
    mutationFn: () =>
      body(
        api.POST('/liaison/v1/exports', {
          // The contract's type has what the server fills in as well.
          body: { kind, format, gzip, formulas: neutralise ? 'neutralise' : 'keep', ...(filter && fields ? { filter } : {}) } as unknown as Export,
        }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: exportsQuery.queryKey }),
  });
  return (
    <Paper
      withBorder
      p="md"
      component="form"
      aria-labelledby="new-export"
      onSubmit={(event: React.FormEvent) => {
        event.preventDefault();
        starting.mutate();
      }}
    >
      <Stack gap="sm">
        <Title order={2} size="h5" id="new-export">
          {t('exports.new')}
        </Title>
        <Group align="flex-end">
          <Select
            label={t('exports.what')}
            w={240}
            allowDeselect={false}
            data={kinds.map((value) => ({ value, label: t(`exports.kind.${value}`) }))}
            value={kind}
            onChange={(value) => value && show({ kind: value as ExportKind })}
          />
          <SegmentedControl
            aria-label={t('exports.format')}
            value={format}
            onChange={(value) => setFormat(value as typeof format)}
            data={(['csv', 'ndjson'] as const).map((value) => ({ value, label: t(`exports.format.${value}`) }))}
          />
          <Checkbox mb={8} label={t('exports.gzip')} checked={gzip} onChange={(event) => setGzip(event.currentTarget.checked)} />
        </Group>
        {format === 'csv' && <Checkbox label={t('exports.formulas')} checked={neutralise} onChange={(event) => setNeutralise(event.currentTarget.checked)} />}
        {fields && (
          <Group gap="xs" role="group" aria-label={t('exports.filter')}>
            <Text size="sm">{t('exports.filter')}</Text>
            <FilterBar key={kind} fields={fields} filter={filter} onChange={(next) => show({ kind, filter: next })} />
          </Group>
        )}
        <Refused error={starting.error} />
        <Group>
          <Button type="submit" loading={starting.isPending}>
            {t('exports.start')}
          </Button>
          <Text size="sm" c="dimmed">
            {t('exports.moment')}
          </Text>
        </Group>
      </Stack>
    </Paper>
  );
}
