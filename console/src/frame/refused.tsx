// What the server says of a request that it refused: its sentence, unless the fields of the form say all of it, which are told by
// their names in the request; and its word on each that has no field on screen.
import { Alert, List } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import { ApiError } from '../api/api.ts';
import { useText } from '../language/language.tsx';

export function Refused({ error }: { error: Error | null }) {
  const t = useText();
  const alert = useRef<HTMLDivElement>(null);
  // A button that waits for the answer loses the focus: the keys go on at what is to be mended.
  useEffect(() => {
    if (!error) return;
    const fields = error instanceof ApiError ? Object.keys(error.fields).flatMap((field) => [...document.getElementsByName(field)]) : [];
    for (const one of [...fields, alert.current]) if (document.activeElement === document.body) one?.focus();
  }, [error]);
  if (!error) return null;
  const faults = error instanceof ApiError ? Object.entries(error.fields).filter(([, fault]) => fault !== '') : [];
  const others = faults.filter(([field]) => document.getElementsByName(field).length === 0);
  const said = faults.length > others.length && others.length === 0;
  return (
    <Alert
      ref={alert}
      tabIndex={-1}
      color="red"
      variant="light"
      icon={<IconAlertTriangle aria-hidden />}
      title={said ? t('state.refused') : error.message}
      role="alert"
    >
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
