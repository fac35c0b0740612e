// An organization that is made, by what one knows first of it.
import { NewRecord } from '../record/new-record.tsx';
import { ORGANIZATION_SECTIONS } from './sections.ts';

const FIRST = ['name', 'industry', 'phoneNumber.display', 'address.city'];
const FIELDS = ORGANIZATION_SECTIONS.flatMap((section) => section.fields).filter(({ path }) => FIRST.includes(path));

export default function NewOrganization(props: { opened: boolean; close: () => void }) {
  return <NewRecord kind="organization" fields={FIELDS} {...props} />;
}
