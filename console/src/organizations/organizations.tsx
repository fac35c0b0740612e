// All external organizations.
import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { FormattedNumber } from 'react-intl';
import type { Schema } from '../api/schema.ts';
import { lazily } from '../frame/lazily.tsx';
import type { Column } from '../grid/columns.ts';
import { useText } from '../language/language.tsx';
import { useCellEdit } from '../record/cell-edit.ts';
import { dateColumn } from '../record/date-column.tsx';
import { RecordTable } from '../record/record-table.tsx';
import { ORGANIZATION_FIELDS } from './sections.ts';

type Organization = Schema['ExternalOrganization'];

export function Organizations() {
  const columns = useOrganizationColumns();
  return (
    <RecordTable
      kind="organization"
      columns={columns}
      fields={ORGANIZATION_FIELDS}
      sortedBy="name"
      expand={['division']}
      nameOf={({ name }) => name ?? ''}
      Details={OrganizationDetails}
      New={NewOrganization}
    />
  );
}

const OrganizationDetails = lazily<{ id: string }>(() => import('./organization-details.tsx').then((file) => ({ default: file.OrganizationDetails })));
const NewOrganization = lazily(() => import('./new-organization.tsx'));

function useOrganizationColumns(): Column<Organization>[] {
  const t = useText();
  const edit = useCellEdit('organization');
  return useMemo(() => {
    return [
      {
        id: 'name',
        title: t('field.organizationName'),
        width: 260,
        sort: 'name',
        cell: (row) => (
          <Anchor component={Link} inherit to="/organizations/$organizationId" params={{ organizationId: row.id ?? '' } as never} tabIndex={-1}>
            {row.name}
          </Anchor>
        ),
      },
      { id: 'industry', title: t('field.industry'), width: 220, sort: 'industry', cell: (row) => row.industry, ...edit('industry') },
      { id: 'phone', title: t('field.phoneNumber'), width: 160, cell: (row) => row.phoneNumber?.display, ...edit('phoneNumber.display', 'tel') },
      { id: 'city', title: t('field.address.city'), width: 150, cell: (row) => row.address?.city, ...edit('address.city') },
      {
        id: 'companyType',
        title: t('field.companyType'),
        width: 150,
        hidden: true,
        sort: 'companyType',
        cell: (row) => row.companyType,
        ...edit('companyType'),
      },
      {
        id: 'employeeCount',
        title: t('field.employeeCount'),
        width: 130,
        cell: (row) => row.employeeCount !== undefined && <FormattedNumber value={row.employeeCount} />,
      },
      { id: 'websites', title: t('field.websites'), width: 220, hidden: true, cell: (row) => row.websites?.join(', ') },
      { id: 'tags', title: t('field.tags'), width: 180, cell: (row) => row.tags?.join(', ') },
      { id: 'division', title: t('field.division'), width: 150, hidden: true, cell: (row) => row.division?.name },
      dateColumn('createDate', t),
      dateColumn('modifyDate', t),
    ];
  }, [t, edit]);
}
