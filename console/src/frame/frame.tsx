// What stands around every screen: where one is, where one can go, who one is, and the keys that lead there.
import { Burger, Group, Text, UnstyledButton, VisuallyHidden } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Link, Outlet, useRouterState } from '@tanstack/react-router';
import { Suspense, useEffect, useRef } from 'react';
import { useText } from '../language/language.tsx';
import { useMay } from '../session/session.ts';
import { Account } from './account.tsx';
import { ApiCalls } from './api-calls.tsx';
import { useAskBeforeLoss } from './ask-before-loss.ts';
import { Confirm } from './confirm.tsx';
import { Disconnected } from './disconnected.tsx';
import { useGoKeys } from './go-keys.ts';
import { useKeys } from './hotkeys.ts';
import { lazily } from './lazily.tsx';
import { OpenSearch } from './open-search.tsx';
import { OrganizationSwitcher } from './organization-switcher.tsx';
import { PLACES, type Place, placeOf } from './places.ts';
import { Denied, Loading } from './states.tsx';

const KeySheet = lazily(() => import('./key-sheet.tsx'));

export function Frame() {
  const t = useText();
  const [opened, { toggle, close }] = useDisclosure();
  const [keys, keySheet] = useDisclosure();
  useKeys([['shift+?', keySheet.open]]);
  useGoKeys();
  useAskBeforeLoss();
  return (
    <div className="frame" data-opened={opened}>
      <a className="skip" href="#content">
        {t('frame.skip')}
      </a>
      <header className="frame-header">
        <Group gap="sm" wrap="nowrap">
          <Burger opened={opened} onClick={toggle} hiddenFrom="sm" size="sm" aria-label={t('frame.navigation')} aria-expanded={opened} aria-controls="places" />
          <UnstyledButton component={Link} to="/contacts" visibleFrom="sm">
            <Text fw={700} size="lg">
              Liaison
            </Text>
          </UnstyledButton>
          <OrganizationSwitcher />
          <Disconnected />
        </Group>
        <OpenSearch />
        <Group gap={4} wrap="nowrap">
          <ApiCalls />
          <Account openKeys={keySheet.open} />
        </Group>
      </header>
      <nav id="places" className="frame-places" aria-label={t('frame.navigation')}>
        <Places onGo={close} />
      </nav>
      <main id="content" className="frame-content" tabIndex={-1}>
        <Suspense fallback={<Loading />}>
          <Screen />
        </Suspense>
      </main>
      <Suspense>{keys && <KeySheet close={keySheet.close} />}</Suspense>
      <Confirm />
      <Announcer />
    </div>
  );
}

/** The screen of the address, for those who may see it. */
function Screen() {
  const may = useMay();
  const path = useRouterState({ select: ({ resolvedLocation, location }) => (resolvedLocation ?? location).pathname });
  const permissions = placeOf(path)?.permissions ?? [];
  return permissions.length === 0 || may(...permissions) ? <Outlet /> : <Denied />;
}

function Places({ onGo }: { onGo: () => void }) {
  const t = useText();
  const may = useMay();
  const offered = (places: readonly Place[]) => places.filter(({ permissions }) => permissions.length === 0 || may(...permissions));
  return PLACES.map(({ title, places }) => {
    const shown = offered(places);
    if (shown.length === 0) return null;
    return (
      <div key={title} role="group" aria-label={t(title)}>
        <Text size="xs" fw={600} c="dimmed" px="sm" pt="sm" pb={4}>
          {t(title)}
        </Text>
        {shown.map(({ text, to, icon: Icon }) => (
          <Link key={to} to={to} onClick={onGo} className="place">
            <Icon size={18} aria-hidden />
            {t(text)}
          </Link>
        ))}
      </div>
    );
  });
}

/** Says the name of the screen that was gone to, to those who do not see it change. */
function Announcer() {
  const t = useText();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const shown = useRouterState({ select: (state) => state.resolvedLocation?.href });
  const before = useRef(shown);
  // What had the focus may have gone with the screen before: the keys go on from this one. The first leaves it at the top.
  useEffect(() => {
    if (before.current !== undefined && document.activeElement === document.body)
      (document.querySelector<HTMLElement>('[role=dialog]') ?? document.getElementById('content'))?.focus();
    before.current = shown;
  }, [shown]);
  const place = placeOf(path);
  const name = place ? t(place.text) : '';
  document.title = name === '' ? 'Liaison' : `${name} · Liaison`;
  return <VisuallyHidden aria-live="polite">{name}</VisuallyHidden>;
}
