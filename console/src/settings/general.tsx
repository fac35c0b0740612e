// The settings themselves, and the API call that makes them what they are on screen.
import { Checkbox, Fieldset, NumberInput, Select, SimpleGrid, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { FormattedNumber } from 'react-intl';
import { api, body } from '../api/api.ts';
import { curlOf } from '../api/curl.ts';
import type { Schema } from '../api/schema.ts';
import { Shown } from '../frame/states.tsx';
import { useText } from '../language/language.tsx';
import { Form, useForm } from '../list/form.tsx';
import { Facts, Part, Snippet } from '../list/parts.tsx';
import { useMay } from '../session/session.ts';
import { settingsQuery } from './queries.ts';

type Stored = Schema['LiaisonSettings'];
type Shared = NonNullable<Stored['sharedIdentifiers']>;

const URL = '/liaison/v1/settings';
const TYPES = [
  'Email',
  'Phone',
  'ExternalId',
  'Cookie',
  'SocialWhatsapp',
  'SocialFacebook',
  'SocialInstagram',
  'SocialTwitter',
  'SocialLine',
  'AppleOpaqueId',
] as const satisfies (keyof Shared)[];
const WHOM = ['oldest', 'newest', 'none'] as const;

export function General() {
  const t = useText();
  const stored = useQuery(settingsQuery);
  const limits = useQuery({ queryKey: ['limits'], queryFn: ({ signal }) => body(api.GET('/liaison/v1/limits', { signal })) });
  return (
    <Stack>
      <Shown query={stored}>{(settings) => <Edit key={JSON.stringify(settings)} stored={settings} />}</Shown>
      {limits.data && (
        <Part title={t('settings.limits')}>
          <Facts facts={Object.entries(limits.data).map(([name, value]) => [name, <FormattedNumber key={name} value={Number(value)} />])} />
        </Part>
      )}
    </Stack>
  );
}

function Edit({ stored }: { stored: Stored }) {
  const t = useText();
  const may = useMay();
  const form = useForm({ initial: stored, save: (draft) => api.PUT(URL, { body: draft }) as Promise<unknown> });
  const { draft } = form;
  const edits = may('liaison:settings:edit');
  return (
    <>
      <Form form={form} submit="action.save" disabled={!edits}>
        <Fieldset variant="unstyled" disabled={!edits}>
          <Stack>
            <Checkbox label={t('settings.divisionMoves')} {...form.check('divisionMoves')} />
            <Checkbox label={t('settings.duplicates')} {...form.check('duplicates')} />
            <SimpleGrid cols={{ base: 1, sm: 2 }} style={{ alignItems: 'end' }}>
              <NumberInput
                label={t('settings.duplicateThreshold')}
                description={t('settings.duplicateThreshold.hint')}
                step={0.05}
                {...form.number('duplicateThreshold')}
              />
              <NumberInput
                label={t('settings.identityExpiryDays')}
                description={t('settings.identityExpiryDays.hint')}
                {...form.number('identityExpiryDays')}
              />
              <NumberInput
                label={t('settings.erasureApprovalDays')}
                description={t('settings.erasureApprovalDays.hint')}
                {...form.number('erasureApprovalDays')}
              />
              <NumberInput label={t('settings.historyDays')} description={t('settings.historyDays.hint')} {...form.number('historyDays')} />
            </SimpleGrid>
            <Fieldset legend={t('settings.shared')}>
              <SimpleGrid cols={{ base: 1, sm: 2 }} style={{ alignItems: 'end' }}>
                {TYPES.map((type) => (
                  <Select
                    key={type}
                    size="xs"
                    label={t(`privacy.by.${type}`)}
                    allowDeselect={false}
                    data={WHOM.map((value) => ({ value, label: t(`settings.shared.${value}`) }))}
                    value={draft.sharedIdentifiers?.[type] ?? 'oldest'}
                    onChange={(whom) => form.set('sharedIdentifiers', { ...draft.sharedIdentifiers, [type]: whom as Shared[typeof type] } as Shared)}
                  />
                ))}
              </SimpleGrid>
            </Fieldset>
          </Stack>
        </Fieldset>
      </Form>
      <Part title={t('list.call')}>
        <Snippet title={`PUT ${URL}`} code={curlOf({ method: 'PUT', url: URL, body: JSON.stringify(draft, null, 2) })} />
      </Part>
    </>
  );
}
