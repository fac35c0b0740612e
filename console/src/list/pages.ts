// Lists that are read page by page, by page number or by cursor, whichever the answer has.
import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';

interface Page<T> {
  entities?: readonly T[] | undefined;
  /** Where there is a next page. */
  nextUri?: string | undefined;
  cursors?: { after?: string | undefined } | undefined;
}

/** A cursor, or the number of a page; none for the first. */
export interface At {
  cursor?: string;
  pageNumber?: number;
}

const MOVING_MS = 2_000;

/** @param moves whether what was read is about to change by itself, and is therefore read again soon */
export function usePages<T>(key: readonly unknown[], read: (at: At, signal: AbortSignal) => Promise<Page<T>>, moves?: (row: T) => boolean) {
  const pages = useInfiniteQuery({
    queryKey: key,
    initialPageParam: {} as At,
    queryFn: ({ pageParam, signal }) => read(pageParam, signal),
    getNextPageParam: ({ nextUri, cursors }: Page<T>, all): At | undefined => {
      if (cursors) return cursors.after === undefined ? undefined : { cursor: cursors.after };
      return nextUri === undefined ? undefined : { pageNumber: all.length + 1 };
    },
    refetchInterval: ({ state: { data } }) => (moves && data?.pages.some(({ entities = [] }) => entities.some(moves)) ? MOVING_MS : false),
  });
  const rows = useMemo(() => pages.data?.pages.flatMap(({ entities }) => entities ?? []) ?? [], [pages.data]);
  return { pages, rows };
}

export type Pages<T> = ReturnType<typeof usePages<T>>;
