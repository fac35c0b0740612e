// Imports are told of as they go on, by the stream of events; where there is none, the lists are read now and then anyway.
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { follow } from '../events/stream.ts';
import { useMay } from '../session/session.ts';
import { IMPORTS } from './kinds.ts';

/** @returns whether the stream is there */
export function useLive(): boolean {
  const may = useMay();
  const queries = useQueryClient();
  const [live, setLive] = useState(false);
  const follows = may('liaison:event:view') && may('externalContacts:importJob:view');
  useEffect(() => {
    if (!follows) return;
    return follow('/liaison/v1/events/stream?kinds=importJob', {
      state: (state) => setLive(state === 'live'),
      event: () => queries.invalidateQueries({ queryKey: IMPORTS }),
    });
  }, [follows, queries]);
  return live;
}
