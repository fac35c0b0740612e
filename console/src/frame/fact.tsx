// A number or a word with what it is, as screens show several side by side.
import { Paper, SimpleGrid, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { FormattedNumber } from 'react-intl';

export function Facts({ children, label }: { children: ReactNode; label: string }) {
  return (
    <SimpleGrid component="dl" aria-label={label} cols={{ base: 2, xs: 3, md: 5 }} spacing="xs" m={0}>
      {children}
    </SimpleGrid>
  );
}

export function Fact({ label, value }: { label: string; value: ReactNode }) {
  return (
    <Paper withBorder px="sm" py={6}>
      <Text component="dt" size="xs" c="dimmed">
        {label}
      </Text>
      <Text component="dd" m={0} fw={600} className="breaking">
        {typeof value === 'number' ? <FormattedNumber value={value} /> : value}
      </Text>
    </Paper>
  );
}
