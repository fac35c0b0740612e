// Says in the header that the server is out of reach, and asks it again. What is saved meanwhile waits (TanStack Query holds
// it back) and is sent when the browser finds the network again.
import { Button } from '@mantine/core';
import { IconPlugConnectedX } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useConnected } from '../api/connection.ts';
import { useText } from '../language/language.tsx';

export function Disconnected() {
  const t = useText();
  const queries = useQueryClient();
  const connected = useConnected();
  return (
    <div role="status">
      {!connected && (
        <Button
          size="compact-sm"
          variant="light"
          color="orange"
          leftSection={<IconPlugConnectedX size={16} aria-hidden />}
          title={t('state.offline.saving')}
          onClick={() => queries.invalidateQueries()}
        >
          <span className="header-words">{t('state.offline.again')}</span>
        </Button>
      )}
    </div>
  );
}
