// Who is signed in, the look of the console, its language, and the way out.
import { Menu, SegmentedControl, Stack, Text, useMantineColorScheme } from '@mantine/core';
import { IconKeyboard, IconLogout } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { LANGUAGES, type Language, useLanguage, useText } from '../language/language.tsx';
import { leave, useSession } from '../session/session.ts';

export default function AccountMenu({ target, openKeys }: { target: ReactElement; openKeys: () => void }) {
  const t = useText();
  const { user } = useSession();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const { language, setLanguage } = useLanguage();
  return (
    <Menu defaultOpened position="bottom-end" width={260} withinPortal closeOnItemClick={false}>
      <Menu.Target>{target}</Menu.Target>
      <Menu.Dropdown>
        <Stack gap={0} p="xs">
          <Text fw={600} size="sm">
            {user.name}
          </Text>
          <Text size="xs" c="dimmed">
            {user.email}
          </Text>
        </Stack>
        <Menu.Divider />
        <Stack gap="xs" p="xs">
          <SegmentedControl
            size="xs"
            aria-label={t('account.theme')}
            value={colorScheme}
            onChange={(value) => setColorScheme(value as typeof colorScheme)}
            data={(['light', 'dark', 'auto'] as const).map((value) => ({ value, label: t(`account.theme.${value}`) }))}
          />
          <SegmentedControl
            size="xs"
            aria-label={t('account.language')}
            value={language}
            onChange={(value) => setLanguage(value as Language)}
            data={Object.entries(LANGUAGES).map(([value, label]) => ({ value, label }))}
          />
        </Stack>
        <Menu.Divider />
        <Menu.Item leftSection={<IconKeyboard size={16} aria-hidden />} onClick={openKeys} closeMenuOnClick>
          {t('keys.title')}
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={16} aria-hidden />} onClick={leave}>
          {t('account.leave')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
