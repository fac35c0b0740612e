// Merging: several contacts become one, which is new; they stay as its ancestors. What is asked for is read, decided, and
// written where the world is still the one that was read; else it is read anew and decided again.
import { type ContactRow, contactReach, contactReader } from '../../contacts/index.ts';
import { invalidFields } from '../../contract/validate.ts';
import { explainRecord } from '../../families/guarded.ts';
import { isId, newId } from '../../families/id.ts';
import { explainReferences, referenceSteps, referencesOf } from '../../families/references.ts';
import { asSent, type Json } from '../../families/sent.ts';
import { trial } from '../../families/trial.ts';
import { divisionId } from '../../families/wire.ts';
import type { Outcome, Writing, Written } from '../../families/writes.ts';
import { Refusal, refuse } from '../../http/errors.ts';
import { limits } from '../../http/limits.ts';
import { divisionArray } from '../../http/principal.ts';
import { organizationReach } from '../../organizations/index.ts';
import { combine, typeOf } from './combine.ts';
import { type Hold, untilWritten } from './hold.ts';
import { askedContacts, type Contact, type Input, type Merge, mergeSteps } from './store.ts';

export interface MergeOptions {
  /** Answers with what would be, and writes nothing. */
  dryRun?: boolean;
  /** As the first form of the operation had it: no two curated contacts. */
  oneCurated?: boolean;
}

/**
 * @param ids of two or more contacts, in any order; one that was merged away means its canonical contact
 * @param override values that win over those of the contacts
 * @returns the result, or why there is none: 400 for their number, 404 and 403 as for any write, 409 for contacts of one
 *   set, of several divisions, or too many; 422 for an override that cannot be stored
 */
export async function mergeContacts(call: Writing, ids: string[], override: Contact = {}, options: MergeOptions = {}): Promise<Outcome> {
  const wanted = ids.map((id) => id.toLowerCase());
  try {
    requireSeveral(wanted);
    return await untilWritten(call, async (inner, hold) => {
      const inputs = await inputsOf(inner, wanted, hold);
      requireMergeable(inputs, options);
      const decided = await decide(inner, inputs, override);
      const merge = { ...decided, inputs: inputs.toSorted((a, b) => wanted.indexOf(a.asked) - wanted.indexOf(b.asked)) };
      return write(inner, merge, options.dryRun === true);
    });
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

const PERMISSION = 'externalContacts:identity:merge';

function requireSeveral(ids: string[]): void {
  const { mergeInputsMin: min, mergeInputsMax: max } = limits;
  const several = new Set(ids).size === ids.length && ids.length >= min && ids.length <= max;
  if (!several) throw refuse('bad.request', { params: { reason: `A merge takes ${min} to ${max} contacts, each once.`, min, max } });
}

/** The contacts that are meant, the one that was modified last at first. @throws Refusal */
async function inputsOf(call: Writing, ids: string[], hold: Hold | undefined): Promise<Input[]> {
  const { principal, divisions, door } = call;
  const ask = () => askedContacts(door, principal.orgId, ids.filter(isId));
  if (hold) await hold((await ask()).map(({ id }) => id));
  const inputs = await ask();
  const found = new Map(inputs.map((input) => [input.asked, input]));
  const access = { principal, divisions, visible: contactReach(principal), permissions: PERMISSION };
  const refusals = ids.map((id) => explainRecord('contact', found.get(id), access));
  const missing = ids.filter((_, i) => refusals[i]?.code === 'not.found');
  if (missing.length > 0) throw refuse('not.found', { details: missing.map((entityId) => ({ errorCode: 'not.found', entityId })) });
  const closed = refusals.find((refusal) => refusal !== undefined);
  if (closed) throw closed;
  return inputs;
}

/** @throws Refusal 409 */
function requireMergeable(inputs: Input[], { oneCurated }: MergeOptions): void {
  const twice = inputs.find(({ id }, i) => inputs.findIndex((other) => other.id === id) !== i);
  if (twice) {
    const details = inputs.filter(({ id }) => id === twice.id).map(({ asked }) => ({ errorCode: 'contacts.already.merged', entityId: asked }));
    throw refuse('contacts.already.merged', { params: { canonical: twice.id }, details });
  }
  if (new Set(inputs.map((input) => input.division_id)).size > 1) throw refuse('division.mismatch');
  if (oneCurated && inputs.filter(({ type }) => type === 'Curated').length > 1) throw refuse('contacts.both.curated');
  const count = inputs.reduce((sum, { members }) => sum + members, 1);
  const most = limits.mergeSetMax;
  if (count > most) throw refuse('mergeset.limit.exceeded', { params: { count, most }, limit: { key: 'contacts.mergeset', value: most } });
}

/** @throws Refusal 422 for what the override cannot say */
async function decide(call: Writing, inputs: Input[], override: Contact): Promise<Omit<Merge, 'inputs'>> {
  const bodies = inputs.map(({ body }) => body);
  const division = inputs[0]?.division_id as string;
  const ofInputs = combine(bodies).contact;
  const given = withSchema(override, ofInputs, division);
  const { contact, sources } = combine(bodies, given);
  const body = asSent(structuredClone(contact) as Json) as Contact;
  // Custom fields that the contacts have may stay, whatever has become of their schema.
  const held = { schemaId: ofInputs.schema?.id ?? null, customFields: ofInputs.customFields ?? null };
  const read = await contactReader(call, [given, body], [held, held]);
  try {
    await requireReferences(call, read(newId(), division, given), inputs);
    return { row: read(newId(), division, body), type: typeOf(inputs), sources };
  } catch (error) {
    if (error instanceof Refusal && error.code === 'constraint.validation') throw inOverride(error);
    throw error;
  }
}

/** Custom fields without a schema are of the one that the contacts have. @throws Refusal 422 for another division */
function withSchema({ division: named, ...values }: Contact, { schema }: Contact, division: string): Contact {
  if (named?.id !== undefined && divisionId(named) !== division)
    throw invalidFields([{ field: 'valueOverride.division.id', code: 'division', rule: 'must be the division of the contacts, or absent.' }]);
  return values.customFields && !values.schema && schema ? { ...values, schema } : values;
}

async function requireReferences(call: Writing, row: ContactRow, inputs: Input[]): Promise<void> {
  const { orgId } = call.principal;
  const [refusal] = await explainReferences(call.door, orgId, [{ ...row, division_id: null }], refer(call, row, inputs), call.divisions, PERMISSION);
  if (refusal) throw refusal;
}

/** What an input refers to, the result may, too. */
const refer = (call: Writing, row: ContactRow, inputs: { id: string }[]) =>
  referencesOf(
    [{ ...row, division_id: null }],
    divisionArray(organizationReach(call.principal)),
    inputs.map(({ id }) => id),
  );

function inOverride({ facts, status }: Refusal): Refusal {
  const faults = (facts.details ?? []).map(({ errorCode, fieldName, rule }) => ({
    field: `valueOverride.${fieldName}`,
    code: errorCode,
    rule: rule ?? '',
  }));
  return invalidFields(faults, status);
}

async function write(call: Writing, merge: Merge, dryRun: boolean): Promise<Written> {
  const { orgId } = call.principal;
  const steps = [...referenceSteps(orgId, refer(call, merge.row, merge.inputs)), ...mergeSteps(call.author, merge)];
  const rows = dryRun ? await trial(call.door, (door) => door.flight(steps)) : await call.door.flight(steps);
  const made = rows.at(-1)?.find((row) => row.record_id === merge.row.id) as { body: string; version: number };
  return { id: merge.row.id, body: made.body, ...(dryRun ? {} : { version: made.version }) };
}
