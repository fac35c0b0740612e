// A contact that is made, by what one knows first of it.
import { NewRecord } from '../record/new-record.tsx';
import type { RecordBody } from '../record/record.ts';
import { CONTACT_SECTIONS } from './sections.ts';

const FIRST = ['firstName', 'lastName', 'title', 'externalOrganization', 'workEmail', 'workPhone.display', 'address.city'];
const FIELDS = CONTACT_SECTIONS.flatMap((section) => section.fields).filter(({ path }) => FIRST.includes(path));

interface NewContactProps {
  opened: boolean;
  close: () => void;
  /** What it has from the beginning. */
  initial?: RecordBody;
}

export default function NewContact(props: NewContactProps) {
  return <NewRecord kind="contact" fields={FIELDS} {...props} />;
}
