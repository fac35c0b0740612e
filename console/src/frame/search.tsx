// ⌘K: contacts, organizations, views, screens and what can be done, by words, phone digits, or addresses; before a word is
// typed, what was looked at last. It asks what the lists ask.
import { useMantineColorScheme } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { Spotlight, spotlight } from '@mantine/spotlight';
import '@mantine/spotlight/styles.css';
import { IconBuilding, IconFileImport, IconLayoutList, IconMoon, IconPlus, IconSearch, IconSun, IconUser, type TablerIcon } from '@tabler/icons-react';
import { keepPreviousData, useQueries, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Suspense, useEffect, useState } from 'react';
import { api, body } from '../api/api.ts';
import { nameOf } from '../contacts/name.ts';
import { titleOf } from '../duplicates/title.ts';
import { type TextKey, useText } from '../language/language.tsx';
import { type Kind, PERMISSIONS, type Stored } from '../record/record.ts';
import { useMay } from '../session/session.ts';
import { lookOf, viewsQuery } from '../views/queries.ts';
import { lazily } from './lazily.tsx';
import { PLACES, placeOf, SAMPLES } from './places.ts';

export const openSearch = spotlight.open;

const MOST = 7;
const RECENT_MOST = 5;
const ICONS = { contact: IconUser, organization: IconBuilding } as const;
const NEW = {
  contact: lazily(() => import('../contacts/new-contact.tsx')),
  organization: lazily(() => import('../organizations/new-organization.tsx')),
};

interface Entry {
  key: string;
  label: string;
  description?: string;
  icon: TablerIcon;
  act: () => unknown;
}

/** Opens itself when it is first shown: it is loaded when somebody first asks for it. */
export default function Search() {
  const t = useText();
  const navigate = useNavigate();
  useEffect(() => {
    spotlight.open();
  }, []);
  const [words, setWords] = useState('');
  const [making, setMaking] = useState<Kind>();
  const like = words.trim().toLowerCase();
  const found = useFound(words.trim());
  const recent = useRecent();
  const views = useQueries({ queries: (['contacts', 'organizations'] as const).map((screen) => viewsQuery(screen)) }).flatMap(({ data }) => data ?? []);
  const acts = useActs(setMaking);
  const places = usePlaces();
  const named = (entries: Entry[]) => entries.filter(({ label }) => label.toLowerCase().includes(like));
  const groups: [TextKey, Entry[]][] = [
    ['search.recent', like === '' ? recent : []],
    ['contacts.title', found.contacts],
    ['organizations.title', found.organizations],
    [
      'views.title',
      like === ''
        ? []
        : named(
            views.map((view) => ({
              key: view.id,
              label: view.name,
              description: t(`${view.screen}.title`),
              icon: IconLayoutList,
              act: () => navigate({ to: `/${view.screen}` as never, search: lookOf(view) as never }),
            })),
          ).slice(0, MOST),
    ],
    ['search.acts', named(acts)],
    ['search.places', named(places)],
  ];
  const shown = groups.filter(([, entries]) => entries.length > 0);
  const New = making && NEW[making];
  return (
    <>
      <Spotlight.Root query={words} onQueryChange={setWords} shortcut={null} scrollable maxHeight={480} clearQueryOnClose>
        <Spotlight.Search placeholder={t('search.placeholder')} aria-label={t('search.open')} leftSection={<IconSearch size={18} aria-hidden />} />
        <Spotlight.ActionsList>
          {shown.map(([title, entries]) => (
            <Spotlight.ActionsGroup key={title} label={t(title)}>
              {entries.map(({ key, label, description = '', icon: Icon, act }) => (
                <Spotlight.Action key={key} label={label} description={description} leftSection={<Icon size={18} aria-hidden />} onClick={act} />
              ))}
            </Spotlight.ActionsGroup>
          ))}
          {shown.length === 0 && <Spotlight.Empty>{t('search.nothing')}</Spotlight.Empty>}
        </Spotlight.ActionsList>
      </Spotlight.Root>
      <Suspense>{New && <New opened close={() => setMaking(undefined)} />}</Suspense>
    </>
  );
}

/** What the directory has by these words. */
function useFound(words: string): { contacts: Entry[]; organizations: Entry[] } {
  const t = useText();
  const may = useMay();
  const navigate = useNavigate();
  const [asked] = useDebouncedValue(words, 30);
  const { data } = useQuery({
    queryKey: ['search', asked],
    enabled: asked.length > 1,
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => {
      const query = { q: asked, pageSize: MOST };
      const [contacts, organizations] = await Promise.all([
        may('externalContacts:contact:view', 'relate:contact:view')
          ? body(api.GET('/api/v2/externalcontacts/contacts', { params: { query: { ...query, expand: ['externalOrganization'] } }, signal }))
          : undefined,
        may('externalContacts:externalOrganization:view', 'relate:externalOrganization:view')
          ? body(api.GET('/api/v2/externalcontacts/organizations', { params: { query }, signal }))
          : undefined,
      ]);
      return { contacts: contacts?.entities ?? [], organizations: organizations?.entities ?? [] };
    },
  });
  const { contacts, organizations } = (asked.length > 1 && data) || { contacts: [], organizations: [] };
  return {
    contacts: contacts.map((contact) => ({
      key: contact.id ?? '',
      label: nameOf(contact) || t('contacts.nameless'),
      description: [contact.title, contact.externalOrganization?.name, contact.workEmail, contact.workPhone?.display].filter(Boolean).join(' · '),
      icon: ICONS.contact,
      act: () => navigate({ to: `/contacts/${contact.id}` }),
    })),
    organizations: organizations.map(({ id = '', name = '', industry = '' }) => ({
      key: id,
      label: name,
      description: industry,
      icon: ICONS.organization,
      act: () => navigate({ to: `/organizations/${id}` }),
    })),
  };
}

/** The records that were read last, as long as they are kept. */
function useRecent(): Entry[] {
  const t = useText();
  const navigate = useNavigate();
  const cache = useQueryClient().getQueryCache();
  return (['contact', 'organization'] as const)
    .flatMap((kind) => cache.findAll({ queryKey: [kind] }).map(({ state }) => ({ kind, read: state.dataUpdatedAt, data: state.data as Stored | undefined })))
    .sort((one, other) => other.read - one.read)
    .flatMap(({ kind, data }) => {
      if (!data) return [];
      const { id } = data.body;
      const label = titleOf(kind, data.body) || t('contacts.nameless');
      return [{ key: `${kind} ${id}`, label, icon: ICONS[kind], act: () => navigate({ to: `/${kind}s/${id}` as never }) }];
    })
    .slice(0, RECENT_MOST);
}

function useActs(make: (kind: Kind) => void): Entry[] {
  const t = useText();
  const may = useMay();
  const navigate = useNavigate();
  const { setColorScheme } = useMantineColorScheme();
  const kinds = (['contact', 'organization'] as const).filter((kind) => may(...PERMISSIONS[kind].add));
  return [
    ...kinds.map((kind) => ({ key: kind, label: t(`${kind}s.new`), icon: IconPlus, act: () => make(kind) })),
    ...(may(...(placeOf('/imports/new')?.permissions ?? []))
      ? [{ key: 'import', label: t('imports.new'), icon: IconFileImport, act: () => navigate({ to: '/imports/new' as never }) }]
      : []),
    ...(['light', 'dark'] as const).map((scheme) => ({
      key: scheme,
      label: t(`search.${scheme}`),
      icon: scheme === 'light' ? IconSun : IconMoon,
      act: () => setColorScheme(scheme),
    })),
  ];
}

function usePlaces(): Entry[] {
  const t = useText();
  const may = useMay();
  const navigate = useNavigate();
  return [...PLACES.flatMap(({ places }) => places), SAMPLES]
    .filter(({ permissions }) => permissions.length === 0 || may(...permissions))
    .map(({ to, text, icon }) => ({ key: to, label: t(text), icon, act: () => navigate({ to }) }));
}
