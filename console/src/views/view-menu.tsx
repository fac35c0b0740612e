// Views to go to, and what can be done with the one that is shown or with what stands there now.
import { Menu, Text } from '@mantine/core';
import { IconDeviceFloppy, IconHome, IconPencil, IconPin, IconPinnedOff, IconPlus, IconTrash, IconUsers } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type ReactElement, useRef, useState } from 'react';
import { api, body } from '../api/api.ts';
import { modals } from '../frame/confirm.tsx';
import { notify } from '../frame/notify.ts';
import { useText } from '../language/language.tsx';
import { useMay } from '../session/session.ts';
import { type Look, lookOf, type SavedView, type Screen, viewsQuery } from './queries.ts';
import { ViewName } from './view-name.tsx';

export interface ViewMenuProps {
  target: ReactElement;
  screen: Screen;
  views: readonly SavedView[];
  /** What is shown, with its columns. */
  look: Look;
  columns: () => string[];
}

export default function ViewMenu({ target, screen, views, look, columns }: ViewMenuProps) {
  const t = useText();
  const may = useMay();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [naming, setNaming] = useState<'new' | 'old'>();
  const made = useRef<SavedView>(undefined);
  const current = views.find(({ id }) => id === look.view);
  const own = current && (current.mine || may('liaison:settings:edit'));
  const show = (view: SavedView | undefined) => navigate({ to: `/${screen}` as never, search: (view ? lookOf(view) : {}) as never });
  const acting = useMutation({
    mutationFn: (act: () => Promise<unknown>) => act(),
    onSuccess: () => queries.invalidateQueries({ queryKey: viewsQuery(screen).queryKey }),
    onError: (error) => notify({ color: 'red', message: error.message }),
  });
  /** As it is shown now, with what the view is called. */
  const shown = (name: string, shared: boolean) => ({
    screen,
    name,
    shared,
    ...(look.q ? { q: look.q } : {}),
    ...(look.filter ? { filter: look.filter } : {}),
    ...(look.sort ? { sort: { field: look.sort, direction: look.direction ?? 'asc' } } : {}),
    columns: columns(),
  });
  const put = (view: SavedView, said: object) => () =>
    body(api.PUT('/liaison/v1/views/{viewId}', { params: { path: { viewId: view.id } }, body: said as never }));
  const choose =
    ({ id, pinned = false, isDefault = false }: SavedView, choice: object) =>
    () =>
      body(api.PUT('/liaison/v1/views/{viewId}/choice', { params: { path: { viewId: id } }, body: { pinned, isDefault, ...choice } }));
  const saveNew = async (name: string, shared: boolean) => {
    made.current = (await body(api.POST('/liaison/v1/views', { body: shown(name, shared) as never }))) as SavedView;
    await choose(made.current, { pinned: true })();
  };
  const ask = (view: SavedView) =>
    modals.confirm({
      title: t('views.delete.title', { name: view.name }),
      text: view.shared ? t('views.delete.shared') : t('views.delete.own'),
      confirm: t('action.delete'),
      act: async () => {
        await api.DELETE('/liaison/v1/views/{viewId}', { params: { path: { viewId: view.id } } });
        await queries.invalidateQueries({ queryKey: viewsQuery(screen).queryKey });
        await show(undefined);
      },
    });
  return (
    <>
      {/* The placeholder is one that can be focused and says that it is none. */}
      <Menu defaultOpened withinPortal position="bottom-start" width={260} withInitialFocusPlaceholder={false}>
        <Menu.Target>{target}</Menu.Target>
        <Menu.Dropdown mah="70dvh" className="scrolled">
          {views.length > 0 && <Menu.Label>{t('views.title')}</Menu.Label>}
          {views.map((view) => (
            <Menu.Item
              key={view.id}
              onClick={() => show(view)}
              rightSection={view.shared ? <IconUsers size={14} aria-label={t('views.shared')} /> : undefined}
              aria-current={view === current ? 'page' : undefined}
              fw={view === current ? 600 : undefined}
            >
              {view.name}
            </Menu.Item>
          ))}
          {views.length > 0 && <Menu.Divider />}
          <Menu.Item leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setNaming('new')}>
            {t('views.saveAs')}
          </Menu.Item>
          {current && (
            <>
              <Menu.Divider />
              <Menu.Label>{current.name}</Menu.Label>
              {own && (
                <>
                  <Menu.Item
                    leftSection={<IconDeviceFloppy size={16} aria-hidden />}
                    onClick={() => acting.mutate(put(current, shown(current.name, current.shared ?? false)))}
                  >
                    {t('views.update')}
                  </Menu.Item>
                  <Menu.Item leftSection={<IconPencil size={16} aria-hidden />} onClick={() => setNaming('old')}>
                    {t('views.rename')}
                  </Menu.Item>
                </>
              )}
              <Menu.Item
                leftSection={current.pinned ? <IconPinnedOff size={16} aria-hidden /> : <IconPin size={16} aria-hidden />}
                onClick={() => acting.mutate(choose(current, { pinned: !current.pinned }))}
              >
                {t(current.pinned ? 'views.unpin' : 'views.pin')}
              </Menu.Item>
              <Menu.Item leftSection={<IconHome size={16} aria-hidden />} onClick={() => acting.mutate(choose(current, { isDefault: !current.isDefault }))}>
                {t(current.isDefault ? 'views.notDefault' : 'views.default')}
              </Menu.Item>
              {own && (
                <Menu.Item c="var(--mantine-color-error)" leftSection={<IconTrash size={16} aria-hidden />} onClick={() => ask(current)}>
                  {t('action.delete')}
                </Menu.Item>
              )}
            </>
          )}
          {!current && views.length === 0 && (
            <Text size="xs" c="dimmed" px="sm" pb="xs">
              {t('views.none')}
            </Text>
          )}
        </Menu.Dropdown>
      </Menu>
      {naming === 'new' && (
        <ViewName title={t('views.saveAs')} save={saveNew} saved={() => show(made.current)} screen={screen} close={() => setNaming(undefined)} />
      )}
      {naming === 'old' && current && (
        <ViewName
          title={t('views.rename')}
          name={current.name}
          shared={current.shared ?? false}
          save={(name, shared) => {
            const { screen: table, q, filter, sort, columns: shownColumns } = current;
            return put(current, { screen: table, q, filter, sort, columns: shownColumns, name, shared })();
          }}
          screen={screen}
          close={() => setNaming(undefined)}
        />
      )}
    </>
  );
}
