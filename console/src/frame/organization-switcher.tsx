// The organization that one acts in: one's own, or one that trusts it.
import { Badge, Button, Text } from '@mantine/core';
import { IconBuildingCommunity, IconChevronDown } from '@tabler/icons-react';
import { useText } from '../language/language.tsx';
import { useSession } from '../session/session.ts';
import { Deferred } from './deferred.tsx';
import { lazily } from './lazily.tsx';

const OrganizationMenu = lazily(() => import('./organization-menu.tsx'));

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
    <Deferred
      button={
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
      }
    >
      {(target) => <OrganizationMenu target={target} />}
    </Deferred>
  );
}
