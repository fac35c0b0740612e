// The columns that contacts can be shown in: their fields, and a column for each custom field of the organization's schemas.
import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { Schema } from '../api/schema.ts';
import type { Column } from '../grid/columns.ts';
import { useText } from '../language/language.tsx';
import { useCellEdit } from '../record/cell-edit.ts';
import { useCustomFields } from '../record/custom-fields.ts';
import { dateColumn } from '../record/date-column.tsx';
import { nameOf } from './name.ts';

type Contact = Schema['ExternalContact'];

export function useContactColumns(): Column<Contact>[] {
  const t = useText();
  const edit = useCellEdit('contact');
  const custom = useCustomFields('contact');
  return useMemo(() => {
    const text = (id: 'firstName' | 'middleName' | 'lastName' | 'title', width: number, more: Partial<Column<Contact>> = {}): Column<Contact> => ({
      id,
      title: t(`field.${id}`),
      width,
      sort: id,
      cell: (row) => row[id],
      ...edit(id),
      ...more,
    });
    const email = (id: 'workEmail' | 'personalEmail' | 'otherEmail', hidden = true): Column<Contact> => ({
      id,
      title: t(`field.${id}`),
      width: 230,
      hidden,
      cell: (row) => row[id],
      ...edit(id, 'email'),
    });
    const phone = (id: 'workPhone' | 'cellPhone' | 'homePhone', hidden = true): Column<Contact> => ({
      id,
      title: t(`field.${id}`),
      width: 160,
      hidden,
      cell: (row) => row[id]?.display,
      ...edit(`${id}.display`, 'tel'),
    });
    return [
      {
        id: 'name',
        title: t('field.name'),
        width: 220,
        sort: 'lastName',
        cell: (row) => (
          <Anchor component={Link} inherit to="/contacts/$contactId" params={{ contactId: row.id ?? '' } as never} tabIndex={-1}>
            {nameOf(row) || t('contacts.nameless')}
          </Anchor>
        ),
      },
      text('firstName', 140, { hidden: true }),
      text('middleName', 140, { hidden: true }),
      text('lastName', 140, { hidden: true }),
      text('title', 180),
      { id: 'externalOrganization', title: t('field.externalOrganization'), width: 200, cell: (row) => row.externalOrganization?.name },
      email('workEmail', false),
      phone('workPhone', false),
      phone('cellPhone'),
      phone('homePhone'),
      email('personalEmail'),
      email('otherEmail'),
      { id: 'city', title: t('field.address.city'), width: 150, cell: (row) => row.address?.city, ...edit('address.city') },
      { id: 'country', title: t('field.address.countryCode'), width: 90, hidden: true, cell: (row) => row.address?.countryCode },
      { id: 'division', title: t('field.division'), width: 150, hidden: true, cell: (row) => row.division?.name },
      dateColumn('createDate', t),
      dateColumn('modifyDate', t),
      ...custom.map(
        ({ name, title }): Column<Contact> => ({
          id: `customFields.${name}`,
          title,
          width: 150,
          hidden: true,
          cell: (row) => shown(row.customFields?.[name]),
        }),
      ),
    ];
  }, [t, custom, edit]);
}

const shown = (value: unknown) => (value === undefined ? undefined : Array.isArray(value) ? value.join(', ') : String(value));
