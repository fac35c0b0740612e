// A cell that is being edited: Enter saves, Escape leaves it as it was; what the server refuses stays, with its reason.
import { Loader, TextInput } from '@mantine/core';
import { type KeyboardEvent, useState } from 'react';
import type { Column } from './columns.ts';

interface EditCellProps<T> {
  label: string;
  edit: NonNullable<Column<T>['edit']>;
  row: T;
  close: () => void;
}

export function EditCell<T>({ label, edit, row, close }: EditCellProps<T>) {
  const [value, setValue] = useState(edit.value(row));
  const [saving, setSaving] = useState(false);
  const [fault, setFault] = useState<string>();
  const save = async () => {
    if (value === edit.value(row)) return close();
    setSaving(true);
    try {
      await edit.save(row, value);
      close();
    } catch (error) {
      setFault(error instanceof Error ? error.message : String(error));
      setSaving(false);
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    event.stopPropagation();
    if (event.key === 'Enter' && !saving) save();
    if (event.key === 'Escape') close();
  };
  return (
    <TextInput
      size="xs"
      w="100%"
      data-autofocus
      autoFocus
      type={edit.type ?? 'text'}
      aria-label={label}
      value={value}
      error={fault}
      // Disabled, it would lose the focus, and the keys with it.
      readOnly={saving}
      rightSection={saving ? <Loader size={12} /> : undefined}
      onChange={(event) => setValue(event.currentTarget.value)}
      onKeyDown={onKeyDown}
      onBlur={() => !saving && fault === undefined && save()}
    />
  );
}
