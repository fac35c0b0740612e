// A contact that is made, by what one knows first of it.
import { NewRecord } from '../record/new-record.tsx';
import { CONTACT_SECTIONS } from './sections.ts';

const FIRST = ['firstName', 'lastName', 'title', 'workEmail', 'workPhone.display', 'address.city'];
const FIELDS = CONTACT_SECTIONS.flatMap((section) => section.fields).filter(({ path }) => FIRST.includes(path));

export const NewContact = (props: { opened: boolean; close: () => void }) => <NewRecord kind="contact" fields={FIELDS} {...props} />;
