// The columns that contacts can be shown in: their fields, and a column for each custom field of the organization's schemas.
import { Anchor } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { FormattedDate } from 'react-intl';
import type { Schema } from '../api/schema.ts';
import type { Column } from '../grid/columns.ts';
import { useText } from '../language/language.tsx';
import { useCustomFields } from '../record/custom-fields.ts';
import { PERMISSIONS, recordQuery, save, withValue } from '../record/record.ts';
import { useMay } from '../session/session.ts';
import { nameOf } from './name.ts';

type Contact = Schema['ExternalContact'];

export function useContactColumns(): Column<Contact>[] {
  const t = useText();
  const may = useMay();
  const queries = useQueryClient();
  const custom = useCustomFields('contact');
  const editable = may(...PERMISSIONS.contact.edit);
  return useMemo(() => {
    // The record is read anew before it is saved, so that what the table does not show is not lost.
    const edit = (path: string, type: 'text' | 'email' | 'tel' = 'text') => ({
      type,
      value: (row: Contact) => String(path.split('.').reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name], row) ?? ''),
      save: async (row: Contact, value: string) => {
        const stored = await queries.fetchQuery({ ...recordQuery('contact', row.id ?? ''), staleTime: 0 });
        await save('contact', { ...stored, body: withValue(stored.body, path, value) });
        await queries.invalidateQueries({ queryKey: ['contacts'] });
      },
    });
    const text = (id: 'firstName' | 'middleName' | 'lastName' | 'title', width: number, more: Partial<Column<Contact>> = {}): Column<Contact> => ({
      id,
      title: t(`field.${id}`),
      width,
      sort: id,
      cell: (row) => row[id],
      ...(editable ? { edit: edit(id) } : {}),
      ...more,
    });
    const email = (id: 'workEmail' | 'personalEmail' | 'otherEmail', hidden = true): Column<Contact> => ({
      id,
      title: t(`field.${id}`),
      width: 230,
      hidden,
      cell: (row) => row[id],
      ...(editable ? { edit: edit(id, 'email') } : {}),
    });
    const phone = (id: 'workPhone' | 'cellPhone' | 'homePhone', hidden = true): Column<Contact> => ({
      id,
      title: t(`field.${id}`),
      width: 160,
      hidden,
      cell: (row) => row[id]?.display,
      ...(editable ? { edit: edit(`${id}.display`, 'tel') } : {}),
    });
    const date = (id: 'createDate' | 'modifyDate'): Column<Contact> => ({
      id,
      title: t(`field.${id}`),
      width: 170,
      hidden: true,
      sort: id,
      cell: (row) => row[id] && <FormattedDate value={row[id]} dateStyle="medium" timeStyle="short" />,
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
      { id: 'city', title: t('field.address.city'), width: 150, cell: (row) => row.address?.city, ...(editable ? { edit: edit('address.city') } : {}) },
      { id: 'country', title: t('field.address.countryCode'), width: 90, hidden: true, cell: (row) => row.address?.countryCode },
      { id: 'division', title: t('field.division'), width: 150, hidden: true, cell: (row) => row.division?.name },
      date('createDate'),
      date('modifyDate'),
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
  }, [t, custom, editable, queries]);
}

const shown = (value: unknown) => (value === undefined ? undefined : Array.isArray(value) ? value.join(', ') : String(value));
