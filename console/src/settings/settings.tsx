// What the organization has set, and the systems that its records have ids in.
import { Stack, Title } from '@mantine/core';
import { useText } from '../language/language.tsx';
import { useAddress } from '../list/address.ts';
import { Parts } from '../list/parts.tsx';
import { useMay } from '../session/session.ts';
import { General } from './general.tsx';
import { Sources } from './sources.tsx';
import { Tenant } from './tenant.tsx';

type Part = 'general' | 'tenant' | 'sources';

export function Settings() {
  const t = useText();
  const may = useMay();
  const [{ part = 'general' }, show] = useAddress<{ part?: Part; open?: string | undefined }>();
  const seesSources = may('externalContacts:externalSource:view', 'externalContacts:contact:view', 'externalContacts:externalOrganization:view');
  const above = (
    <Parts<Part>
      label={t('list.part')}
      value={part}
      parts={{ general: t('settings.general'), tenant: t('settings.tenant'), ...(seesSources ? { sources: t('settings.sources') } : {}) }}
      onChange={(next) => show({ part: next, open: undefined })}
    />
  );
  if (part === 'sources') return <Sources above={above} />;
  return (
    <Stack gap="sm" maw={760}>
      <Title order={1} size="h3">
        {t('settings.title')}
      </Title>
      {above}
      {part === 'tenant' ? <Tenant /> : <General />}
    </Stack>
  );
}
