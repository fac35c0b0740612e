// The way to the search: a button, and ⌘K.
import { Group, Kbd, Text, UnstyledButton, VisuallyHidden } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { Suspense, useState } from 'react';
import { useText } from '../language/language.tsx';
import { lazily } from './lazily.tsx';

const load = () => import('./search.tsx');
const Search = lazily<{ close: () => void }>(load);

export function OpenSearch() {
  const t = useText();
  const [loaded, setLoaded] = useState(false);
  const open = async () => {
    if (loaded) (await load()).openSearch();
    else setLoaded(true);
  };
  useHotkeys([['mod+K', open]], []);
  return (
    <>
      <UnstyledButton className="open-search" onClick={open}>
        <Group gap="xs" wrap="nowrap">
          <IconSearch size={16} aria-hidden />
          <Text size="sm" className="header-words">
            {t('search.open')}
          </Text>
          <VisuallyHidden hiddenFrom="xs">{t('search.open')}</VisuallyHidden>
          <Kbd visibleFrom="sm" size="xs" aria-hidden>
            Ctrl K
          </Kbd>
        </Group>
      </UnstyledButton>
      <Suspense>{loaded && <Search close={() => setLoaded(false)} />}</Suspense>
    </>
  );
}
