// The organization itself: what it is called, and which country's phone numbers it writes without one.
import { Fieldset, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { useIntl } from 'react-intl';
import { api, body } from '../api/api.ts';
import type { Schema } from '../api/schema.ts';
import { Shown } from '../frame/states.tsx';
import { useText } from '../language/language.tsx';
import { Form, filled, useForm } from '../list/form.tsx';
import { Facts } from '../list/parts.tsx';
import { useMay } from '../session/session.ts';

type Stored = Schema['Organization'];

const tenantQuery = queryOptions({
  queryKey: ['tenant'],
  queryFn: ({ signal }) => body(api.GET('/api/v2/organizations/me', { signal })),
});

export function Tenant() {
  const stored = useQuery(tenantQuery);
  return <Shown query={stored}>{(tenant) => <Edit key={tenant.version} stored={tenant} />}</Shown>;
}

function Edit({ stored: { id, thirdPartyOrgName, version = 0, name = '', domain = '', defaultCountryCode = '' } }: { stored: Stored }) {
  const t = useText();
  const may = useMay();
  const form = useForm({
    initial: { name, domain, defaultCountryCode },
    save: (draft) => body(api.PUT('/api/v2/organizations/me', { body: { version, ...filled(draft) } })),
  });
  const edits = may('directory:organization:admin');
  return (
    <Form form={form} submit="action.save" disabled={!edits}>
      <Fieldset variant="unstyled" disabled={!edits}>
        <Stack>
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            <TextInput label={t('list.name')} {...form.text('name')} />
            <TextInput label={t('settings.domain')} {...form.text('domain')} />
          </SimpleGrid>
          <TextInput
            label={t('settings.country')}
            description={t('settings.country.hint', { country: useCountry(form.draft.defaultCountryCode) })}
            maxLength={2}
            {...form.text('defaultCountryCode')}
            onChange={({ currentTarget }) => form.set('defaultCountryCode', currentTarget.value.toUpperCase())}
          />
        </Stack>
      </Fieldset>
      <Facts
        facts={[
          [t('list.id'), id],
          [t('settings.shortName'), thirdPartyOrgName],
        ]}
      />
    </Form>
  );
}

/** A country's name, or the code where there is none of it. */
function useCountry(code: string): string {
  const { locale } = useIntl();
  try {
    return new Intl.DisplayNames([locale], { type: 'region' }).of(code) ?? code;
  } catch {
    return code;
  }
}
