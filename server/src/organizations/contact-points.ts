// Contact points: what the second dialect calls an organization's contacts. Some are facts of the first dialect, too: the
// first general telephone is phoneNumber, the first fax is faxNumber, general websites are websites. Here is what follows
// from the fields; what follows for the fields when they are written is `contact_points_after` in the migrations.
import { createHash, randomInt } from 'node:crypto';
import type { Wire } from '../families/wire.ts';

type Organization = Wire['ExternalOrganization'];

export interface ContactPoint {
  id: number;
  label: 'general' | 'service_desk' | 'fax' | 'service_desk_fax';
  /** Exactly one of these three. */
  telephone?: string;
  email?: string;
  website?: string;
  integration: boolean;
}

/** Integers that every client can hold: 48 bits, as the integer ids of organizations have. */
export const newPointId = (): number => randomInt(1, 2 ** 48 - 1);

/** The integer id of an external organization: see integer_id in the migrations. */
export const integerId = (id: string): number => Number.parseInt(id.slice(-12), 16);

/** All of them, in the order in which they came. Where none is stored, they follow from the fields, and so do their ids. */
export function contactPointsOf(body: Organization): ContactPoint[] {
  if (body.contactPoints) return body.contactPoints as ContactPoint[];
  const point = (fact: string, label: ContactPoint['label'], value: Partial<ContactPoint>): ContactPoint => ({
    id: Number.parseInt(createHash('sha256').update(`${body.id} ${fact}`).digest('hex').slice(0, 12), 16),
    label,
    ...value,
    integration: false,
  });
  const { phoneNumber: { userInput: telephone } = {}, faxNumber: { userInput: fax } = {}, websites = [] } = body;
  return [
    ...(telephone === undefined ? [] : [point('telephone', 'general', { telephone })]),
    ...(fax === undefined ? [] : [point('fax', 'fax', { telephone: fax })]),
    ...websites.map((website, i) => point(`website ${websites.slice(0, i).filter((other) => other === website).length} ${website}`, 'general', { website })),
  ];
}

/** The organization with these contact points, and with what follows of them for its fields. */
export function withContactPoints(body: Organization, points: ContactPoint[]): Organization {
  const telephoneOf = (label: ContactPoint['label']) => points.find((point) => point.label === label && point.telephone !== undefined)?.telephone;
  // What else is known of a number, such as its extension, is known of that number.
  const numbered = (phone: Organization['phoneNumber'], display: string | undefined) =>
    display === undefined ? undefined : phone?.userInput === display ? phone : { display };
  const { phoneNumber, faxNumber, websites: _, ...rest } = body;
  const phone = numbered(phoneNumber, telephoneOf('general'));
  const fax = numbered(faxNumber, telephoneOf('fax'));
  return {
    ...rest,
    ...(phone ? { phoneNumber: phone } : {}),
    ...(fax ? { faxNumber: fax } : {}),
    websites: points.flatMap(({ label, website }) => (label === 'general' && website !== undefined ? [website] : [])),
    contactPoints: points,
  };
}

/** Those of several organizations that become the first, each value once; undefined where they all follow from the fields. */
export function joinedContactPoints(bodies: readonly Organization[]): ContactPoint[] | undefined {
  if (!bodies.some((body) => body.contactPoints)) return undefined;
  const keyOf = ({ label, telephone, email, website }: ContactPoint) => JSON.stringify([label, telephone, email, website]).toLowerCase();
  const joined = new Map<string, ContactPoint>();
  for (const point of bodies.flatMap(contactPointsOf)) if (!joined.has(keyOf(point))) joined.set(keyOf(point), point);
  return [...joined.values()];
}
