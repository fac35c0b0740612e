// The organization that one acts in: one's own, or one that trusts it.
import { Badge, Button, Menu, Text } from '@mantine/core';
import { IconBuildingCommunity, IconChevronDown } from '@tabler/icons-react';
import { useText } from '../language/language.tsx';
import { enter, useSession } from '../session/session.ts';

export function OrganizationSwitcher() {
  const t = useText();
  const { organization, home, trustors } = useSession();
  const guest = organization.id !== home.id;
  const badge = guest && (
    <Badge size="sm" variant="light" color="orange" autoContrast>
      {t('switcher.guest')}
    </Badge>
  );
  if (trustors.length === 0 && !guest) {
    return (
      <Text size="sm" truncate maw={220}>
        {organization.name}
      </Text>
    );
  }
  return (
    <Menu position="bottom-start" withinPortal>
      <Menu.Target>
        <Button
          variant="default"
          size="xs"
          leftSection={<IconBuildingCommunity size={16} aria-hidden />}
          rightSection={badge || <IconChevronDown size={14} aria-hidden />}
          aria-label={t('switcher.label', { name: organization.name })}
        >
          <Text size="sm" truncate maw={180}>
            {organization.name}
          </Text>
        </Button>
      </Menu.Target>
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
