// Contacts that somebody has selected to be made one.
import { Stack, Title } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { NothingHere } from '../frame/states.tsx';
import { useText } from '../language/language.tsx';
import { MergeReview } from './merge-review.tsx';

export function Merge() {
  const t = useText();
  const navigate = useNavigate();
  const { ids } = useSearch({ strict: false }) as { ids?: string };
  const chosen = ids?.split(',') ?? [];
  if (chosen.length < 2) return <NothingHere />;
  return (
    <Stack>
      <Title order={1} size="h3">
        {t('merge.title')}
      </Title>
      <MergeReview kind="contact" ids={chosen} onMerged={(id) => navigate({ to: `/contacts/${id}` as never })} />
    </Stack>
  );
}
