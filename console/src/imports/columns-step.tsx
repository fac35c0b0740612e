// Which column is which field: suggestions that can be overruled, beside the first values of each column.
import { ActionIcon, Alert, Button, Group, Select, Stack, Table, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Suspense, useMemo, useState } from 'react';
import { lazily } from '../frame/lazily.tsx';
import { Wide } from '../frame/wide.tsx';
import { useText } from '../language/language.tsx';
import { useCustomFields } from '../record/custom-fields.ts';
import { useMay } from '../session/session.ts';
import { previewQuery } from './queries.ts';
import { type Mapping, missing, suggest } from './suggest.ts';
import { type Target, type Targets, targetsOf } from './targets.ts';

const NewField = lazily(() => import('./new-field.tsx'));

/** What was chosen otherwise than suggested: header → path, or nothing for a column that is left out. */
export type Chosen = Record<string, string>;

export function useMapping(headers: readonly string[], chosen: Chosen): { mappings: Mapping[]; targets: Targets } {
  const contact = useCustomFields('contact');
  const organization = useCustomFields('organization');
  return useMemo(() => {
    const targets = targetsOf({ contact, organization });
    const suggested = suggest(headers, targets);
    // What somebody has chosen is no longer suggested for another column.
    const taken = new Set(Object.values(chosen));
    const mappings = headers.flatMap((sourceField) => {
      const own = chosen[sourceField];
      const guess = suggested[sourceField];
      const targetField = own ?? (guess !== undefined && taken.has(guess) ? '' : guess);
      return targetField ? [{ sourceField, targetField }] : [];
    });
    return { mappings, targets };
  }, [contact, organization, headers, chosen]);
}

interface ColumnsStepProps {
  uploadId: string;
  headers: readonly string[];
  chosen: Chosen;
  onChoose: (chosen: Chosen) => void;
  onNext: () => void;
  onBack: () => void;
}

export function ColumnsStep({ uploadId, headers, chosen, onChoose, onNext, onBack }: ColumnsStepProps) {
  const t = useText();
  const { mappings, targets } = useMapping(headers, chosen);
  const preview = useQuery(previewQuery(uploadId));
  const may = useMay();
  const makes = may('externalContacts:customFields:add') && may('externalContacts:customFields:edit');
  const [making, setMaking] = useState<string>();
  const nameOf = ({ text }: Target) => (typeof text === 'string' ? t(text) : text.words);
  const fieldOf = new Map(mappings.map(({ sourceField, targetField }) => [sourceField, targetField]));
  const columnOf = new Map(mappings.map(({ sourceField, targetField }) => [targetField, sourceField]));
  const all = [...targets.contact, ...targets.organization];
  const lacking = missing(mappings).flatMap((path) => all.find((target) => target.path === path) ?? []);
  const data = (['contact', 'organization'] as const).map((kind) => ({
    group: t(`imports.fields.${kind}`),
    items: targets[kind].map((target) => ({
      value: target.path,
      label: kind === 'contact' ? nameOf(target) : t('imports.field.of', { field: nameOf(target) }),
    })),
  }));
  const choose = (header: string, path: string | null) => {
    const rival = path === null ? undefined : columnOf.get(path);
    // A field is in one column: the other loses it, and says so by being empty.
    onChoose({ ...chosen, ...(rival === undefined || rival === header ? {} : { [rival]: '' }), [header]: path ?? '' });
  };
  return (
    <Stack>
      <Text size="sm" c="dimmed">
        {t('imports.columns.hint')}
      </Text>
      <Wide label={t('imports.step.columns')}>
        <Table withTableBorder verticalSpacing={6} aria-label={t('imports.step.columns')}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('imports.columns.column')}</Table.Th>
              <Table.Th visibleFrom="sm">{t('imports.columns.values')}</Table.Th>
              <Table.Th>{t('imports.columns.field')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {headers.map((header, column) => (
              <Table.Tr key={header}>
                <Table.Th scope="row">{header}</Table.Th>
                <Table.Td visibleFrom="sm">
                  <Text size="sm" c="dimmed" lineClamp={1} maw={320}>
                    {preview.data?.entries
                      .flatMap((cells) => cells[column] || [])
                      .slice(0, 3)
                      .join(' · ')}
                  </Text>
                </Table.Td>
                <Table.Td w={{ base: 240, sm: 340 }}>
                  <Group gap={4} wrap="nowrap">
                    <Select
                      flex={1}
                      size="xs"
                      aria-label={t('imports.columns.fieldOf', { column: header })}
                      placeholder={t('imports.columns.leftOut')}
                      data={data}
                      value={fieldOf.get(header) ?? null}
                      onChange={(path) => choose(header, path)}
                      searchable
                      clearable
                      clearButtonProps={{ 'aria-label': t('imports.columns.clear', { column: header }) }}
                    />
                    {makes && !fieldOf.has(header) && (
                      <ActionIcon
                        variant="light"
                        onClick={() => setMaking(header)}
                        aria-label={t('imports.field.make', { column: header })}
                        title={t('imports.field.make', { column: header })}
                      >
                        <IconPlus size={16} aria-hidden />
                      </ActionIcon>
                    )}
                  </Group>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Wide>
      <Suspense>
        {making !== undefined && <NewField key={making} header={making} close={() => setMaking(undefined)} made={(path) => choose(making, path)} />}
      </Suspense>
      {lacking.length > 0 && (
        <Alert color="orange" variant="light" title={t('imports.columns.missing', { fields: lacking.map(nameOf).join(', ') })}>
          {t('imports.columns.missing.hint')}
        </Alert>
      )}
      <Group>
        <Button onClick={onNext} disabled={lacking.length > 0}>
          {t('imports.next.rules')}
        </Button>
        <Button variant="default" onClick={onBack}>
          {t('imports.back')}
        </Button>
      </Group>
    </Stack>
  );
}
