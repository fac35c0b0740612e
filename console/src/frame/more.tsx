// The next page of a list that is read page by page.
import { Button } from '@mantine/core';
import { useText } from '../language/language.tsx';

interface Pages {
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage: () => unknown;
}

export function MoreButton({ pages: { hasNextPage, isFetchingNextPage, fetchNextPage } }: { pages: Pages }) {
  const t = useText();
  if (!hasNextPage) return null;
  return (
    <Button size="xs" variant="default" w="fit-content" onClick={() => fetchNextPage()} loading={isFetchingNextPage}>
      {t('action.more')}
    </Button>
  );
}
