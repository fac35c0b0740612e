// The button of a table's views, and their tabs where there are any: all else of them is loaded when it is wanted.
import { Button } from '@mantine/core';
import { IconLayoutList } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Suspense, useEffect, useRef } from 'react';
import { Deferred } from '../frame/deferred.tsx';
import { lazily } from '../frame/lazily.tsx';
import { useText } from '../language/language.tsx';
import { type Look, lookOf, type SavedView, type Screen, viewsQuery } from './queries.ts';

const ViewTabs = lazily(() => import('./view-tabs.tsx'));
const ViewMenu = lazily(() => import('./view-menu.tsx'));

/** The views of a table, and which of them the address shows. Whoever comes without saying what he wants gets his own beginning. */
export function useViews(screen: Screen, look: Look): { views: readonly SavedView[]; current: SavedView | undefined } {
  const navigate = useNavigate();
  const { data: views = NONE } = useQuery(viewsQuery(screen));
  const empty = Object.keys(look).length === 0;
  const arrived = useRef(!empty);
  useEffect(() => {
    const first = views.find(({ isDefault }) => isDefault);
    // Something may have been asked for while they were read.
    if (first && empty && !arrived.current) navigate({ to: `/${screen}` as never, search: lookOf(first) as never, replace: true });
    if (views !== NONE) arrived.current = true;
  }, [views, empty, navigate, screen]);
  return { views, current: views.find(({ id }) => id === look.view) };
}

const NONE: readonly SavedView[] = [];

export function Tabs({ screen, views, current }: { screen: Screen; views: readonly SavedView[]; current: SavedView | undefined }) {
  const tabs = views.filter((view) => view.pinned || view === current);
  return <Suspense>{tabs.length > 0 && <ViewTabs screen={screen} views={tabs} current={current?.id} />}</Suspense>;
}

export function ViewsButton(props: { screen: Screen; views: readonly SavedView[]; look: Look; columns: () => string[] }) {
  const t = useText();
  return (
    <Deferred
      button={
        <Button size="xs" variant="default" leftSection={<IconLayoutList size={16} aria-hidden />}>
          {t('views.title')}
        </Button>
      }
    >
      {(target) => <ViewMenu target={target} {...props} />}
    </Deferred>
  );
}
