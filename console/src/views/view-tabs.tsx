// The views that somebody has at hand, as tabs over the table; `[` and `]` go from one to the next.
import { Button } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import { useKeys } from '../frame/hotkeys.ts';
import { Wide } from '../frame/wide.tsx';
import { useText } from '../language/language.tsx';
import { type Look, lookOf, type SavedView, type Screen } from './queries.ts';

interface ViewTabsProps {
  screen: Screen;
  views: readonly SavedView[];
  /** The one that is shown. */
  current: string | undefined;
}

export default function ViewTabs({ screen, views, current }: ViewTabsProps) {
  const t = useText();
  const navigate = useNavigate();
  const tabs: { name: string; look: Look }[] = [{ name: t('views.all'), look: {} }, ...views.map((view) => ({ name: view.name, look: lookOf(view) }))];
  const at = tabs.findIndex(({ look }) => look.view === current);
  const go = (by: number) => {
    const next = tabs[(at + by + tabs.length) % tabs.length];
    if (next) navigate({ to: `/${screen}` as never, search: next.look as never });
  };
  useKeys([
    ['[', () => go(-1)],
    [']', () => go(1)],
  ]);
  return (
    <nav aria-label={t('views.title')}>
      <Wide label={t('views.title')}>
        <Button.Group w="max-content">
          {tabs.map(({ name, look }, i) => (
            <Button
              key={look.view ?? ''}
              size="compact-sm"
              variant={i === at ? 'light' : 'default'}
              component={Link}
              to={`/${screen}` as never}
              search={look as never}
              aria-current={i === at ? 'page' : undefined}
            >
              {name}
            </Button>
          ))}
        </Button.Group>
      </Wide>
    </nav>
  );
}
