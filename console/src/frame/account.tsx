// Whoever is signed in, and the way to what is theirs.
import { ActionIcon } from '@mantine/core';
import { useText } from '../language/language.tsx';
import { useSession } from '../session/session.ts';
import { Deferred } from './deferred.tsx';
import { lazily } from './lazily.tsx';

const AccountMenu = lazily(() => import('./account-menu.tsx'));

export function Account({ openKeys }: { openKeys: () => void }) {
  const t = useText();
  const { user } = useSession();
  const name = user.name ?? '';
  const initials = name
    .split(/\s+/)
    .map((word) => word.charAt(0))
    .join('')
    .slice(0, 2)
    .toUpperCase();
  return (
    <Deferred
      button={
        // Whoever commands it by voice says what is seen.
        <ActionIcon variant="light" size="lg" radius="xl" className="account" aria-label={t('account.label', { initials, name })}>
          {initials}
        </ActionIcon>
      }
    >
      {(target) => <AccountMenu target={target} openKeys={openKeys} />}
    </Deferred>
  );
}
