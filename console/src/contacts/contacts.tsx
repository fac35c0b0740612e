// All contacts. What is opened from the table is loaded when it is.
import type { Schema } from '../api/schema.ts';
import { lazily } from '../frame/lazily.tsx';
import { RecordTable } from '../record/record-table.tsx';
import { useContactColumns } from './columns.tsx';
import { CONTACT_FIELDS } from './fields.ts';
import { nameOf } from './name.ts';

const ContactDetails = lazily<{ id: string }>(() => import('./contact-details.tsx').then((file) => ({ default: file.ContactDetails })));
const NewContact = lazily(() => import('./new-contact.tsx'));

export function Contacts() {
  const columns = useContactColumns();
  return (
    <RecordTable
      kind="contact"
      columns={columns}
      fields={CONTACT_FIELDS}
      sortedBy="lastName"
      expand={['externalOrganization', 'division']}
      nameOf={(row: Schema['ExternalContact']) => nameOf(row)}
      Details={ContactDetails}
      New={NewContact}
    />
  );
}
