// The form that a schema's fields make, to try; nothing of it is kept.
import { Stack } from '@mantine/core';
import { useState } from 'react';
import { editFieldOf } from '../record/custom-fields.ts';
import { Input } from '../record/fields.tsx';
import type { Field } from './document.ts';

export function Preview({ fields }: { fields: readonly Field[] }) {
  const [values, setValues] = useState<Record<string, unknown>>({});
  return (
    <Stack gap="xs">
      {fields.map(({ key, title, type, options }) => (
        <Input
          key={key}
          field={editFieldOf({ name: key, title, type, options })}
          label={title}
          value={values[key]}
          fault={undefined}
          onChange={(value) => setValues((old) => ({ ...old, [key]: value }))}
        />
      ))}
    </Stack>
  );
}
