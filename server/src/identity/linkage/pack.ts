// Records in memory by the million: each as one text, of some 250 bytes, where its parts would be forty objects, of 1,300.
import { emailOf, type Features, type Kind, type Words, words } from './features.ts';

export function pack(record: Features): string {
  const { id, kind, given, middle, family, name, street, house, unit, postcode, city, state, phones, emails, ids, sites, employer, custom } = record;
  const fields = Object.entries(custom).map(([key, value]) => [key, value.text] as const);
  const texts = emails.map(({ text }) => text);
  const packed: Packed = [
    id,
    kind,
    given,
    middle,
    family,
    name.text,
    street.text,
    house,
    unit.text,
    postcode,
    city,
    state,
    phones,
    texts,
    ids,
    sites,
    employer,
    fields,
  ];
  return JSON.stringify(packed);
}

export function unpack(text: string): Features {
  const [id, kind, given, middle, family, name, street, house, unit, postcode, city, state, phones, emails, ids, sites, employer, fields] = JSON.parse(
    text,
  ) as Packed;
  const custom: Record<string, Words> = {};
  for (const [key, value] of fields) custom[key] = words(value);
  return {
    id,
    kind,
    given,
    middle,
    family,
    name: words(name),
    street: words(street),
    house,
    unit: words(unit),
    postcode,
    city,
    state,
    phones,
    emails: emails.map(emailOf),
    ids,
    sites,
    employer,
    custom,
  };
}

type List = readonly string[];

type Packed = [
  id: string,
  kind: Kind,
  given: string,
  middle: string,
  family: string,
  name: string,
  street: string,
  house: string,
  unit: string,
  postcode: string,
  city: string,
  state: string,
  phones: List,
  emails: List,
  ids: List,
  sites: List,
  employer: string,
  custom: readonly (readonly [key: string, text: string])[],
];
