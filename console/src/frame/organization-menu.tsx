// The organizations that one may act in.
import { Menu } from '@mantine/core';
import type { ReactElement } from 'react';
import { useText } from '../language/language.tsx';
import { enter, useSession } from '../session/session.ts';

export default function OrganizationMenu({ target }: { target: ReactElement }) {
  const t = useText();
  const { organization, home, trustors } = useSession();
  const guest = organization.id !== home.id;
  return (
    <Menu defaultOpened position="bottom-start" withinPortal>
      <Menu.Target>{target}</Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('switcher.home')}</Menu.Label>
        <Menu.Item disabled={!guest} onClick={() => enter(home.id, home.id)}>
          {home.name}
        </Menu.Item>
        <Menu.Label>{t('switcher.trustors')}</Menu.Label>
        {trustors.map(({ id, name }) => (
          <Menu.Item key={id} disabled={id === organization.id} onClick={() => enter(id, home.id)}>
            {name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
