// What the server says of a request that it refused: its sentence, and its word on each field that has no place on screen.
import { Alert, List } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { ApiError } from '../api/api.ts';

export function Refused({ error, fields = [] }: { error: Error | null; fields?: readonly string[] }) {
  if (!error) return null;
  const others = error instanceof ApiError ? Object.entries(error.fields).filter(([field, fault]) => fault !== '' && !fields.includes(field)) : [];
  return (
    <Alert color="red" variant="light" icon={<IconAlertTriangle aria-hidden />} title={error.message} role="alert">
      {others.length > 0 && (
        <List size="sm">
          {others.map(([field, fault]) => (
            <List.Item key={field}>{`${field}: ${fault}`}</List.Item>
          ))}
        </List>
      )}
    </Alert>
  );
}
