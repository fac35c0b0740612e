// ⌘K: contacts, organizations, screens, by words, phone digits in any form, or addresses. It asks what the lists ask.
import { useDebouncedValue } from '@mantine/hooks';
import { Spotlight, spotlight } from '@mantine/spotlight';
import '@mantine/spotlight/styles.css';
import { IconBuilding, IconLayoutList, IconSearch, IconUser } from '@tabler/icons-react';
import { keepPreviousData, useQueries, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { api, body } from '../api/api.ts';
import { nameOf } from '../contacts/name.ts';
import { useText } from '../language/language.tsx';
import { useMay } from '../session/session.ts';
import { lookOf, viewsQuery } from '../views/queries.ts';
import { PLACES, SAMPLES } from './places.ts';

export const openSearch = spotlight.open;

const MOST = 7;

/** Opens itself when it is first shown: it is loaded when somebody first asks for it. */
export default function Search() {
  const t = useText();
  const navigate = useNavigate();
  useEffect(() => {
    spotlight.open();
  }, []);
  const may = useMay();
  const [words, setWords] = useState('');
  const [asked] = useDebouncedValue(words.trim(), 30);
  const found = useQuery({
    queryKey: ['search', asked],
    enabled: asked.length > 1,
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => {
      const options = { params: { query: { q: asked, pageSize: MOST } }, signal };
      const [contacts, organizations] = await Promise.all([
        may('externalContacts:contact:view', 'relate:contact:view') ? body(api.GET('/api/v2/externalcontacts/contacts', options)) : undefined,
        may('externalContacts:externalOrganization:view', 'relate:externalOrganization:view')
          ? body(api.GET('/api/v2/externalcontacts/organizations', options))
          : undefined,
      ]);
      return { contacts: contacts?.entities ?? [], organizations: organizations?.entities ?? [] };
    },
  });
  const places = [...PLACES.flatMap((group) => group.places), SAMPLES].filter(
    ({ text, permissions }) => (permissions.length === 0 || may(...permissions)) && t(text).toLowerCase().includes(words.trim().toLowerCase()),
  );
  const views = useQueries({ queries: (['contacts', 'organizations'] as const).map((screen) => viewsQuery(screen)) })
    .flatMap(({ data }) => data ?? [])
    .filter(({ name }) => words.trim() !== '' && name.toLowerCase().includes(words.trim().toLowerCase()))
    .slice(0, MOST);
  const { contacts, organizations } = (asked.length > 1 && found.data) || { contacts: [], organizations: [] };
  return (
    <Spotlight.Root query={words} onQueryChange={setWords} shortcut={null} scrollable maxHeight={480} clearQueryOnClose>
      <Spotlight.Search placeholder={t('search.placeholder')} aria-label={t('search.open')} leftSection={<IconSearch size={18} aria-hidden />} />
      <Spotlight.ActionsList>
        {contacts.length > 0 && (
          <Spotlight.ActionsGroup label={t('contacts.title')}>
            {contacts.map((contact) => (
              <Spotlight.Action
                key={contact.id}
                label={nameOf(contact) || t('contacts.nameless')}
                description={[contact.title, contact.externalOrganization?.name, contact.workEmail, contact.workPhone?.display].filter(Boolean).join(' · ')}
                leftSection={<IconUser size={18} aria-hidden />}
                onClick={() => navigate({ to: `/contacts/${contact.id}` })}
              />
            ))}
          </Spotlight.ActionsGroup>
        )}
        {organizations.length > 0 && (
          <Spotlight.ActionsGroup label={t('organizations.title')}>
            {organizations.map(({ id, name, industry }) => (
              <Spotlight.Action
                key={id}
                label={name ?? ''}
                description={industry ?? ''}
                leftSection={<IconBuilding size={18} aria-hidden />}
                onClick={() => navigate({ to: `/organizations/${id}` })}
              />
            ))}
          </Spotlight.ActionsGroup>
        )}
        {views.length > 0 && (
          <Spotlight.ActionsGroup label={t('views.title')}>
            {views.map((view) => (
              <Spotlight.Action
                key={view.id}
                label={view.name}
                description={t(`${view.screen}.title`)}
                leftSection={<IconLayoutList size={18} aria-hidden />}
                onClick={() => navigate({ to: `/${view.screen}` as never, search: lookOf(view) as never })}
              />
            ))}
          </Spotlight.ActionsGroup>
        )}
        {places.length > 0 && (
          <Spotlight.ActionsGroup label={t('search.places')}>
            {places.map(({ to, text, icon: Icon }) => (
              <Spotlight.Action key={to} label={t(text)} leftSection={<Icon size={18} aria-hidden />} onClick={() => navigate({ to })} />
            ))}
          </Spotlight.ActionsGroup>
        )}
        {contacts.length + organizations.length + views.length + places.length === 0 && <Spotlight.Empty>{t('search.nothing')}</Spotlight.Empty>}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}
