// An organization's own page.
import { Stack, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { recordQuery } from '../record/record.ts';
import { OrganizationDetails } from './organization-details.tsx';

export function Organization() {
  const { organizationId = '' } = useParams({ strict: false });
  const { data } = useQuery(recordQuery('organization', organizationId));
  return (
    <Stack maw={1000}>
      <Title order={1} size="h3" className="breaking">
        {String(data?.body.name ?? ' ')}
      </Title>
      <OrganizationDetails id={organizationId} />
    </Stack>
  );
}
