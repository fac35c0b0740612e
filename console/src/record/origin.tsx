// Who last changed a field, and when, for those who may read the audit: on hover, and at a sign beside the value that keys
// and fingers reach.
import { ActionIcon, Tooltip } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useIntl } from 'react-intl';
import { useText } from '../language/language.tsx';
import { useMay } from '../session/session.ts';
import { pathOf, whoOf } from './changes.ts';
import { historyQuery, type Kind } from './record.ts';
import './origin.css';

export function Origin({ kind, id, path, children }: { kind: Kind; id: string; path: string; children: ReactNode }) {
  const t = useText();
  const { formatDate } = useIntl();
  const may = useMay();
  const history = useQuery({ ...historyQuery(kind, id), enabled: may('liaison:audit:view') });
  const field = path.replace(/\.display$/, '');
  const entry = history.data?.find(({ changes }) =>
    changes.some((change) => {
      const changed = pathOf(change.field);
      return changed === field || field.startsWith(`${changed}.`) || changed.startsWith(`${field}.`);
    }),
  );
  if (!entry) return children;
  const said = t('record.origin', { who: whoOf(entry), when: formatDate(entry.time, { dateStyle: 'medium', timeStyle: 'short' }) });
  return (
    <Tooltip label={said} events={{ hover: true, focus: true, touch: true }} openDelay={300} position="top-start" withinPortal>
      <span className="origin">
        {children}
        <ActionIcon className="origin-sign" variant="transparent" color="gray" size={24} aria-label={said}>
          <IconHistory size={14} aria-hidden />
        </ActionIcon>
      </span>
    </Tooltip>
  );
}
