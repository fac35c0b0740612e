// Writes the external organizations of a chunk, before the contacts that belong to them: by their external ids, those that
// are not there are made, and the others gain what the rows say. Each is written once, as all of its rows leave it.
import { isDeepStrictEqual } from 'node:util';
import { type Fault, invalidFields } from '../../contract/validate.ts';
import type { Json } from '../../families/sent.ts';
import type { Wire } from '../../families/wire.ts';
import { orRefusal, type Writes, type Written } from '../../families/writes.ts';
import { Refusal } from '../../http/errors.ts';
import { firstInLine } from '../../identifiers/index.ts';
import { organizationBodies } from '../../organizations/index.ts';
import { APPLIES_TO, customFieldsReader } from '../../schemas/index.ts';
import { type Chunk, type Done, isOvertaken, note, refuseRow } from './outcome.ts';
import type { Overlay } from './overlay.ts';
import type { Prepared, Said } from './prepare.ts';
import { referencesReader } from './references.ts';

type Organization = Wire['ExternalOrganization'];

export interface OrganizationTools {
  writes: Writes<Organization>;
  overlay: Overlay;
}

/** Rows one after the other that say the same of the same organization, which are taken as one. */
interface Run {
  said: Said<Organization>;
  text: string;
  rows: Prepared[];
}

/** All that the rows say of one organization, in the file's order: never empty. */
type Told = Run[];

/** A company stands in the rows of all its people, nearly always in the same words. */
function toldOf(rows: readonly Prepared[]): Told[] {
  const all = new Map<string, Told>();
  for (const row of rows) {
    const said = row.organization;
    const key = said?.identifiers[0]?.value;
    if (said === undefined || key === undefined) continue;
    const told = all.get(key) ?? [];
    all.set(key, told);
    const text = JSON.stringify(said.body);
    const last = told.at(-1);
    if (last?.text === text) last.rows.push(row);
    else told.push({ said, text, rows: [row] });
  }
  return [...all.values()];
}

export async function writeOrganizations(chunk: Chunk, rows: readonly Prepared[], tools: OrganizationTools): Promise<void> {
  let open = toldOf(rows);
  for (let tries = 1; open.length > 0; tries += 1) open = await attempt(chunk, open, tools, tries <= TRIES);
}

/** How often what is told is tried again that somebody else is faster with. */
const TRIES = 5;

/** @returns those that somebody else was faster with, where these may be tried again */
async function attempt(chunk: Chunk, all: readonly Told[], { writes, overlay }: OrganizationTools, mayTry: boolean): Promise<Told[]> {
  const { call, divisionId } = chunk;
  const owners = await ownersOf(chunk, all);
  const judge = await judgeOf(chunk, all, owners);
  const again: Told[] = [];
  const made: Folded[] = [];
  const changed: (Folded & { owner: Written })[] = [];
  for (const [i, told] of all.entries()) {
    const owner = owners[i];
    const folded = fold(told, owner?.body, overlay, (body) => judge(body, owner));
    if (!owner) made.push(folded);
    else if (folded.body && !isDeepStrictEqual(folded.body, asWritten(owner, overlay))) changed.push({ ...folded, owner });
    else settle(chunk, folded, owner.id);
  }
  const news = made.filter(({ body }) => body !== undefined);
  for (const folded of made) if (!folded.body) settle(chunk, folded, undefined);
  const outcomes = [
    ...(await writes.create(
      call,
      news.map(({ body }) => ({ ...body, division: { id: divisionId } }) as Organization),
    )),
    ...(await writes.update(
      call,
      changed.map(({ body, owner: { id, version } }) => ({ id, version, body: body as Organization })),
    )),
  ];
  for (const [i, folded] of [...news, ...changed].entries()) {
    const outcome = outcomes[i];
    if (outcome === undefined) throw new Error('an organization had no outcome');
    if (!(outcome instanceof Refusal)) settle(chunk, folded, outcome.id);
    else if (mayTry && isOvertaken(outcome)) again.push(folded.told);
    else settle(chunk, { ...folded, outcomes: folded.outcomes.map((before) => (before instanceof Refusal ? before : outcome)) }, undefined);
  }
  return again;
}

/** The organization's body as a caller would write it; a Refusal where none could. */
const asWritten = (owner: Written, overlay: Overlay) => orRefusal(() => overlay(owner.body, {}, true));

/** The organizations as they are stored; undefined for those that are not there. */
async function ownersOf({ call: { door, principal }, divisionId }: Chunk, all: readonly Told[]): Promise<(Written | undefined)[]> {
  const { orgId } = principal;
  const identifiers = all.flatMap(([first]) => (first as Run).said.identifiers);
  const ids = await firstInLine(door, orgId, 'organization', divisionId, identifiers);
  const known = ids.filter((id) => id !== undefined);
  const stored = known.length === 0 ? [] : await organizationBodies(door, { orgId, expand: [], divisions: null }, known);
  const byId = new Map(stored.map((one) => [one.id, one]));
  return ids.map((id) => byId.get(id ?? ''));
}

interface Folded {
  told: Told;
  /** What the organization becomes; undefined where no run changes it. */
  body: Json | undefined;
  /** What came of each run. */
  outcomes: (Done | Refusal)[];
}

/** What the runs make of the organization one after the other. One that is refused makes nothing of it. */
function fold(told: Told, stored: string | undefined, overlay: Overlay, judge: (body: Organization) => void): Folded {
  let body: Json | undefined;
  const outcomes = told.map(({ said }) =>
    orRefusal((): Done => {
      const now = body ? JSON.stringify(body) : stored;
      const next = now === undefined ? (said.body as Json) : overlay(now, said.body as Json);
      if (!next) return 'unchanged';
      judge(next as Organization);
      body = next;
      return now === undefined ? 'created' : 'updated';
    }),
  );
  return { told, body, outcomes };
}

/** @returns what throws a Refusal for what could not be written: the rest is known without asking the database */
async function judgeOf({ call }: Chunk, all: readonly Told[], owners: readonly (Written | undefined)[]) {
  const stored = owners.filter((owner) => owner !== undefined);
  const before = new Map(stored.map((owner) => [owner, JSON.parse(owner.body) as Organization]));
  const bodies = [...before.values(), ...all.flatMap((told) => told.map(({ said: { body } }) => body))];
  const readFields = await customFieldsReader(
    call,
    APPLIES_TO.organization,
    bodies,
    stored.map(({ id }) => id),
  );
  const readReferences = await referencesReader(call, bodies);
  return (body: Organization, owner: Written | undefined) => {
    const faults: Fault[] = [];
    readFields(body, faults, owner && before.get(owner));
    readReferences(body, faults);
    if (faults.length > 0) throw invalidFields(faults);
  };
}

function settle(chunk: Chunk, { told, outcomes }: Folded, id: string | undefined): void {
  for (const [i, { rows }] of told.entries()) {
    const outcome = outcomes[i] as Done | Refusal;
    for (const [k, row] of rows.entries()) {
      if (outcome instanceof Refusal) refuseRow(chunk, row, 'organization', outcome);
      else {
        chunk.organizations.set(row, id as string);
        if (k === 0 && outcome !== 'unchanged') chunk.changers.add(row);
        note(chunk, row, k === 0 ? outcome : 'unchanged');
      }
    }
  }
}
