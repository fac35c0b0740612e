// Which fields many records are to have, lose or gain something in: what comes of it are the changes of a partial update.
import { ActionIcon, Button, Group, SegmentedControl, Select, Stack } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { CONTACT_SECTIONS } from '../contacts/sections.ts';
import { useText } from '../language/language.tsx';
import { ORGANIZATION_SECTIONS } from '../organizations/sections.ts';
import { useSections } from '../record/custom-fields.ts';
import { type EditField, Input } from '../record/fields.tsx';
import type { Kind } from '../record/record.ts';
import type { Change } from './queries.ts';

export interface Draft {
  /** Null until one is chosen. */
  path: string | null;
  how: 'set' | 'add' | 'clear';
  value: unknown;
}

const SECTIONS = { contact: CONTACT_SECTIONS, organization: ORGANIZATION_SECTIONS };
/** An address, a number or an id that many records have identifies none of them. */
const IDENTIFYING = new Set<EditField['kind']>(['email', 'tel', 'externalIds']);

function useEditable(kind: Kind) {
  return useSections(kind, SECTIONS[kind])
    .map((section) => ({ ...section, fields: section.fields.filter((field) => !IDENTIFYING.has(field.kind)) }))
    .filter(({ fields }) => fields.length > 0);
}

/** What the drafts come to; those that say nothing yet are left out. */
export function useChanges(kind: Kind, drafts: readonly Draft[]): Change[] {
  const fields = useEditable(kind).flatMap((section) => section.fields);
  return drafts.flatMap(({ path, how, value }): Change[] => {
    const field = fields.find((one) => one.path === path);
    if (!field || (how !== 'clear' && (value === undefined || value === ''))) return [];
    const at = `$.${field.path}`;
    if (how === 'clear') return [{ field: at, action: 'Remove' }];
    // A record without custom fields does not say yet which schema they are of.
    const schema: Change[] = field.schemaId === undefined ? [] : [{ field: '$.schema.id', action: 'UpdateIfEmpty', value: field.schemaId }];
    if (field.kind === 'organization') return [{ field: `${at}.id`, action: 'Update', value: (value as { id: string }).id }];
    return [...schema, { field: at, action: how === 'add' ? 'AppendToCollection' : 'Update', value }];
  });
}

export function EditDraft({ kind, drafts, onChange }: { kind: Kind; drafts: readonly Draft[]; onChange: (drafts: Draft[]) => void }) {
  const t = useText();
  const sections = useEditable(kind);
  const labelOf = ({ text }: EditField) => (typeof text === 'string' ? t(text) : text.words);
  const replace = (at: number, change: Partial<Draft>) => onChange(drafts.map((draft, i) => (i === at ? { ...draft, ...change } : draft)));
  const taken = new Set(drafts.map(({ path }) => path));
  return (
    <Stack>
      {drafts.map(({ path, how, value }, i) => {
        const field = sections.flatMap(({ fields }) => fields).find((one) => one.path === path);
        const hows = field?.kind === 'list' ? (['set', 'add', 'clear'] as const) : (['set', 'clear'] as const);
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a change has no other name than its place until its field is chosen.
          <Group key={i} align="flex-end" wrap="wrap" role="group" aria-label={field ? labelOf(field) : t('bulk.edit.field')}>
            <Select
              {...(i === 0 ? { 'data-autofocus': true } : {})}
              flex={1}
              miw={180}
              searchable
              allowDeselect={false}
              label={t('bulk.edit.field')}
              data={sections.map(({ text, fields }) => ({
                group: t(text),
                items: fields.filter((one) => one.path === path || !taken.has(one.path)).map((one) => ({ value: one.path, label: labelOf(one) })),
              }))}
              value={path}
              onChange={(next) => replace(i, { path: next, how: 'set', value: undefined })}
            />
            {field && (
              <SegmentedControl
                aria-label={t('bulk.edit.how')}
                value={how}
                onChange={(next) => replace(i, { how: next as Draft['how'] })}
                data={hows.map((one) => ({ value: one, label: t(`bulk.edit.${one}`) }))}
              />
            )}
            {field && how !== 'clear' && (
              <Stack flex={1} miw={180}>
                <Input field={field} label={t('bulk.edit.value')} value={value} fault={undefined} onChange={(next) => replace(i, { value: next })} />
              </Stack>
            )}
            {drafts.length > 1 && (
              <ActionIcon variant="subtle" size="lg" aria-label={t('bulk.edit.drop')} onClick={() => onChange(drafts.filter((_, at) => at !== i))}>
                <IconX size={16} aria-hidden />
              </ActionIcon>
            )}
          </Group>
        );
      })}
      <Button
        size="compact-sm"
        variant="light"
        w="fit-content"
        leftSection={<IconPlus size={14} aria-hidden />}
        onClick={() => onChange([...drafts, { path: null, how: 'set', value: undefined }])}
      >
        {t('bulk.edit.more')}
      </Button>
    </Stack>
  );
}
