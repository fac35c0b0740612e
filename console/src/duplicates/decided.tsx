// A pair that was decided on, and the way back: what was dismissed is suggested again; what was merged is taken apart first,
// unless that was done elsewhere.
import { Group, Text } from '@mantine/core';
import type { Schema } from '../api/schema.ts';
import { useText } from '../language/language.tsx';
import { ActButton } from '../list/act-button.tsx';
import type { Kind } from '../record/record.ts';
import { useMay } from '../session/session.ts';
import { reopen, unmerge } from './undo.ts';

export function Decided({ pair: { id, state, records, result }, kind }: { pair: Schema['LiaisonDuplicate']; kind: Kind }) {
  const t = useText();
  const may = useMay();
  const isOne = state === 'accepted' && records.some(({ mergedTo }) => mergedTo !== undefined);
  const again = () => reopen(id) as Promise<unknown>;
  if (state === 'accepted' && kind === 'organization') return <Text size="sm">{t('duplicates.accepted.organizations')}</Text>;
  if (isOne && !may('externalContacts:identity:merge')) return null;
  if (!may(kind === 'contact' ? 'externalContacts:contact:edit' : 'externalContacts:externalOrganization:edit')) return null;
  return (
    <Group>
      {isOne ? (
        <ActButton
          text="unmerge.undo"
          question={{ title: t('unmerge.title'), text: t('unmerge.hint') }}
          act={async () => {
            await unmerge(result?.id ?? '');
            await again();
          }}
        />
      ) : (
        <ActButton text="duplicates.reopen" act={again} />
      )}
    </Group>
  );
}
