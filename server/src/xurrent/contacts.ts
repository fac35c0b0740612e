// The contacts of an organization as the second dialect writes and shows them. Sources: the vendor's page "Organizations –
// Contacts" for the fields, its labels, what goes with which and the order; where that is silent, decision 0021.
import { type Fault, invalidFields } from '../contract/validate.ts';
import type { Wire } from '../families/wire.ts';
import { limits } from '../http/limits.ts';
import { type ContactPoint, newPointId } from '../organizations/index.ts';

type Input = Wire['OrganizationContactInput'];

const VALUES = ['telephone', 'email', 'website'] as const;
const LABELS: readonly ContactPoint['label'][] = ['general', 'service_desk', 'fax', 'service_desk_fax'];

/**
 * @param now what the contact is so far; undefined for a new one
 * @param cleared fields that are to have no value
 * @param at where it stands in the body, if it is not the body
 * @throws Refusal 422 naming each fault
 */
export function readContact(now: ContactPoint | undefined, input: Input, cleared: readonly string[] = [], at = ''): ContactPoint {
  const kept = Object.entries(now ?? {}).filter(([name]) => !cleared.includes(name));
  const { label, telephone, email, website, integration = false } = { ...(Object.fromEntries(kept) as Partial<ContactPoint>), ...given(input) };
  const values = Object.entries({ telephone, email, website }).filter(([, value]) => value !== undefined);
  const faults: Fault[] = [];
  const [base, own] = at === '' ? ['base', 'label'] : [at, `${at}.label`];
  if (label === undefined) faults.push({ field: own, code: 'required', rule: 'is required.' });
  if (values.length === 0) faults.push({ field: base, code: 'required', rule: 'One of Telephone, Email or Website must be filled' });
  else if (values.length > 1) faults.push({ field: base, code: 'maxProperties', rule: 'Only one of Telephone, Email or Website can be filled' });
  else if (label?.endsWith('fax') && telephone === undefined) faults.push({ field: own, code: 'label', rule: 'is only allowed for telephone' });
  if (label === undefined || faults.length > 0) throw invalidFields(faults);
  return { id: now?.id ?? newPointId(), label, ...Object.fromEntries(values), integration };
}

const given = ({ label, telephone, email, website, integration }: Input): Partial<ContactPoint> =>
  Object.fromEntries(Object.entries({ label, telephone, email, website, integration }).filter(([, value]) => value !== undefined));

/** @throws Refusal 422 where an organization would have more than it can */
export function requireRoom(points: readonly ContactPoint[]): void {
  const most = limits.contactPointsMax;
  if (points.length > most) throw invalidFields([{ field: 'base', code: 'maxItems', rule: `An organization can have at most ${most} contacts` }]);
}

/** Telephones, then e-mail addresses, then websites, each by label, and then in the order in which they came. */
export function inOrder(points: readonly ContactPoint[]): ContactPoint[] {
  const place = (point: ContactPoint) => VALUES.findIndex((name) => point[name] !== undefined) * LABELS.length + LABELS.indexOf(point.label);
  return points.toSorted((a, b) => place(a) - place(b));
}

export const CONTACT_FIELDS = ['label', 'id', ...VALUES, 'integration'] as const;

/** The fields that a list shows unless others are asked for, and in their order. */
export const listed = ({ label, id, telephone, email, website }: ContactPoint) => ({ label, id, telephone, email, website });

export const shown = ({ id, label, telephone, email, website, integration }: ContactPoint) => ({ id, label, telephone, email, website, integration });
