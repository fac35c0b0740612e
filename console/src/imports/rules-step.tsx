// How rows find the records that are there already, and where new ones go.
import { ActionIcon, Autocomplete, Button, Checkbox, Group, List, Paper, Radio, Stack, Text } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Refused } from '../frame/refused.tsx';
import { useText } from '../language/language.tsx';
import { Chooser } from '../list/chooser.tsx';
import { useMay } from '../session/session.ts';
import { externalSources, type Started, startImport } from './start.ts';
import type { Mapping } from './suggest.ts';

const TYPING_MS = 200;

export interface RulesState {
  source?: string;
  /** In the order to try. */
  match?: string[];
  merge?: boolean;
  division?: string | undefined;
}

interface RulesStepProps {
  uploadId: string;
  mappings: Mapping[];
  rules: RulesState;
  onChange: (rules: RulesState) => void;
  onStarted: (started: Started) => void;
  onBack: () => void;
}

export function RulesStep({ uploadId, mappings, rules, onChange, onStarted, onBack }: RulesStepProps) {
  const t = useText();
  const may = useMay();
  const { match = [], merge = false, division } = rules;
  const [source, setSource] = useState(rules.source ?? '');
  const sources = useQuery({ queryKey: ['external sources'], queryFn: () => externalSources() });
  // In the address, so that a reload loses no letter of it.
  const keep = useDebouncedCallback((next: string) => onChange({ ...rules, source: next }), TYPING_MS);
  const starting = useMutation({
    mutationFn: () =>
      startImport({
        uploadId,
        mappings,
        source: source.trim(),
        match,
        mergeContacts: merge,
        division,
        mayList: may('externalContacts:importSettings:viewAll'),
      }),
    onSuccess: onStarted,
  });
  return (
    <Stack
      component="form"
      maw={640}
      gap="lg"
      onSubmit={(event) => {
        event.preventDefault();
        starting.mutate();
      }}
    >
      <Autocomplete
        label={t('imports.rules.source')}
        description={t('imports.rules.source.hint')}
        required
        value={source}
        onChange={(next) => {
          setSource(next);
          keep(next);
        }}
        data={[...new Set(sources.data?.map(({ name }) => name))]}
      />
      <Matching match={match} onChange={(next) => onChange({ ...rules, source, match: next })} />
      <Radio.Group
        label={t('imports.rules.several')}
        value={merge ? 'merge' : 'first'}
        onChange={(value) => onChange({ ...rules, source, merge: value === 'merge' })}
      >
        <Stack gap={6} mt={6}>
          <Radio value="first" label={t('imports.rules.first')} />
          <Radio value="merge" label={t('imports.rules.merge')} />
        </Stack>
      </Radio.Group>
      <Chooser
        ifSeveral
        label={t('field.division')}
        description={t('imports.rules.division.hint')}
        of={{ permission: 'externalContacts:importCsvJob:add' }}
        value={division ?? null}
        onChange={(id) => onChange({ ...rules, source, division: id ?? undefined })}
        clearable
        clearButtonProps={{ 'aria-label': t('imports.rules.division.clear') }}
      />
      <List size="sm" c="dimmed" spacing={4}>
        <List.Item>{t('imports.rules.empty')}</List.Item>
        <List.Item>{t('imports.rules.promotion')}</List.Item>
        <List.Item>{t('imports.rules.nothingYet')}</List.Item>
      </List>
      <Refused error={starting.error} />
      <Group>
        <Button type="submit" loading={starting.isPending} disabled={source.trim() === ''}>
          {t('imports.next.check')}
        </Button>
        <Button variant="default" onClick={onBack}>
          {t('imports.back')}
        </Button>
      </Group>
    </Stack>
  );
}

const CRITERIA = ['Email', 'Phone'] as const;

function Matching({ match, onChange }: { match: readonly string[]; onChange: (match: string[]) => void }) {
  const t = useText();
  const others = CRITERIA.filter((one) => !match.includes(one));
  const ordered = [...match.filter((one) => (CRITERIA as readonly string[]).includes(one)), ...others] as (typeof CRITERIA)[number][];
  const toggle = (one: string) => onChange(match.includes(one) ? match.filter((other) => other !== one) : [...match, one]);
  const move = (at: number, by: -1 | 1) => {
    const next = [...match];
    [next[at], next[at + by]] = [next[at + by] as string, next[at] as string];
    onChange(next);
  };
  return (
    <Stack gap={6} role="group" aria-labelledby="matching">
      <Text size="sm" fw={500} id="matching">
        {t('imports.rules.matching')}
      </Text>
      <Paper withBorder px="sm" py={8}>
        <Text size="sm">{t('imports.rules.byId')}</Text>
      </Paper>
      {ordered.map((one) => {
        const at = match.indexOf(one);
        const name = t(`imports.rules.by.${one}`);
        return (
          <Paper key={one} withBorder px="sm" py={4}>
            <Group justify="space-between">
              <Checkbox label={name} checked={at >= 0} onChange={() => toggle(one)} />
              <Group gap={4}>
                <ActionIcon variant="subtle" disabled={at < 1} onClick={() => move(at, -1)} aria-label={t('imports.rules.earlier', { name })}>
                  <IconArrowUp size={16} aria-hidden />
                </ActionIcon>
                <ActionIcon
                  variant="subtle"
                  disabled={at < 0 || at === match.length - 1}
                  onClick={() => move(at, 1)}
                  aria-label={t('imports.rules.later', { name })}
                >
                  <IconArrowDown size={16} aria-hidden />
                </ActionIcon>
              </Group>
            </Group>
          </Paper>
        );
      })}
    </Stack>
  );
}
