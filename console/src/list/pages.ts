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

export function usePages<T>(key: readonly unknown[], read: (at: At, signal: AbortSignal) => Promise<Page<T>>) {
  const pages = useInfiniteQuery({
    queryKey: key,
    initialPageParam: {} as At,
    queryFn: ({ pageParam, signal }) => read(pageParam, signal),
    getNextPageParam: ({ nextUri, cursors }: Page<T>, all): At | undefined => {
      if (cursors) return cursors.after === undefined ? undefined : { cursor: cursors.after };
      return nextUri === undefined ? undefined : { pageNumber: all.length + 1 };
    },
  });
  const rows = useMemo(() => pages.data?.pages.flatMap(({ entities }) => entities ?? []) ?? [], [pages.data]);
  return { pages, rows };
}

export type Pages<T> = ReturnType<typeof usePages<T>>;
