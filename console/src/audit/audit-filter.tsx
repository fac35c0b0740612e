// What an audit is narrowed by, each of which stands in the address.
import { Button, Group, Select, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { type ReactNode, useState } from 'react';
import type { Schema } from '../api/schema.ts';
import { type TextKey, useText } from '../language/language.tsx';
import { useAddress } from '../list/address.ts';
import { useMayChoose } from '../list/choices.ts';
import { Chooser } from '../list/chooser.tsx';
import { KINDS } from './kinds.ts';

type Entry = Schema['AuditEntry'];

export interface AuditView {
  entityType?: Entry['entity']['type'] | undefined;
  action?: Entry['action'] | undefined;
  userId?: string | undefined;
  entityId?: string | undefined;
  correlationId?: string | undefined;
  /** Days, the last of them whole. */
  from?: string | undefined;
  to?: string | undefined;
  open?: string | undefined;
}

const ACTIONS = ['create', 'update', 'delete', 'merge', 'unmerge', 'claim', 'release', 'refuse'] as const satisfies Entry['action'][];
export function questionOf({ from, to, entityType, action, userId, entityId, correlationId }: AuditView): Record<string, string> {
  const asked = {
    entityType,
    action,
    userId,
    entityId,
    correlationId,
    from: from && new Date(`${from}T00:00:00`).toISOString(),
    to: to && new Date(`${to}T23:59:59.999`).toISOString(),
  };
  return Object.fromEntries(Object.entries(asked).filter((pair): pair is [string, string] => Boolean(pair[1])));
}

const ANY = 'any';

const NOTHING: AuditView = Object.fromEntries(['entityType', 'action', 'userId', 'entityId', 'correlationId', 'from', 'to'].map((name) => [name, undefined]));

/** @param children what is done with what it leaves */
export function AuditFilter({ children }: { children: ReactNode }) {
  const t = useText();
  const choosesUser = useMayChoose('user');
  const [view, show] = useAddress<AuditView>();
  return (
    <Group gap="xs" align="flex-end" role="search">
      <Select
        size="xs"
        w={170}
        searchable
        allowDeselect={false}
        label={t('audit.kind')}
        data={[{ value: ANY, label: t('audit.any') }, ...KINDS.map((value) => ({ value, label: t(`kind.${value}`) }))]}
        value={view.entityType ?? ANY}
        onChange={(entityType) => show({ entityType: entityType === ANY ? undefined : (entityType as AuditView['entityType']) })}
      />
      <Select
        size="xs"
        w={150}
        allowDeselect={false}
        label={t('audit.action')}
        data={[{ value: ANY, label: t('audit.any') }, ...ACTIONS.map((value) => ({ value, label: t(`audit.action.${value}`) }))]}
        value={view.action ?? ANY}
        onChange={(action) => show({ action: action === ANY ? undefined : (action as AuditView['action']) })}
      />
      {choosesUser && (
        <Chooser
          size="xs"
          w={180}
          allowDeselect={false}
          label={t('audit.user')}
          of="user"
          besides={[{ value: ANY, label: t('audit.any') }]}
          value={view.userId ?? ANY}
          onChange={(userId) => show({ userId: userId === ANY ? undefined : (userId ?? undefined) })}
        />
      )}
      <TextInput size="xs" type="date" label={t('audit.from')} value={view.from ?? ''} onChange={(event) => show({ from: event.currentTarget.value })} />
      <TextInput size="xs" type="date" label={t('audit.to')} value={view.to ?? ''} onChange={(event) => show({ to: event.currentTarget.value })} />
      <Id key={`record ${view.entityId}`} label="audit.entityId" value={view.entityId} onChange={(entityId) => show({ entityId })} />
      <Id key={`request ${view.correlationId}`} label="audit.correlationId" value={view.correlationId} onChange={(correlationId) => show({ correlationId })} />
      {Object.keys(questionOf(view)).length > 0 && (
        <Button size="xs" variant="subtle" onClick={() => show(NOTHING)}>
          {t('audit.clear')}
        </Button>
      )}
      {children}
    </Group>
  );
}

function Id({ label, value, onChange }: { label: TextKey; value: string | undefined; onChange(value: string): void }) {
  const t = useText();
  const [typed, setTyped] = useState(value ?? '');
  const ask = useDebouncedCallback(onChange, 500);
  return (
    <TextInput
      size="xs"
      w={190}
      label={t(label)}
      value={typed}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        ask(event.currentTarget.value.trim());
      }}
    />
  );
}
