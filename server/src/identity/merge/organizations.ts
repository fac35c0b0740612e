// Merging external organizations: one stays, and takes from the others what it lacks and all that hangs on them. Unlike
// contacts they leave no ancestors, so this cannot be undone.
import { handOverContactsSteps } from '../../contacts/index.ts';
import type { Step } from '../../db/database.ts';
import { sql } from '../../db/sql.ts';
import type { StoredRecord } from '../../families/guarded.ts';
import { asSent, type Json } from '../../families/sent.ts';
import { trial } from '../../families/trial.ts';
import type { Wire } from '../../families/wire.ts';
import type { Outcome, Writing, Written } from '../../families/writes.ts';
import { Refusal, refuse } from '../../http/errors.ts';
import { limits } from '../../http/limits.ts';
import { includesDivision } from '../../http/principal.ts';
import { dropStep } from '../../identifiers/index.ts';
import { handOverNotesSteps } from '../../notes/index.ts';
import {
  deleteSteps,
  handOverChildrenSteps,
  handOverLinkSteps,
  joinedContactPoints,
  linkedTo,
  organizationBodies,
  organizationBody,
  organizationReader,
  organizationRecords,
  updateSteps,
} from '../../organizations/index.ts';
import { handOverRelationshipsSteps } from '../../relationships/index.ts';
import { complete, joinedXurrent } from './combine-organizations.ts';

interface Input extends StoredRecord {
  id: string;
  body: Wire['ExternalOrganization'];
}

/**
 * @param keep the one that stays; without it, the oldest
 * @returns the one that stays, or why there is none: 400 for their number, 404 and 403 as for any write, 409 for several
 *   divisions
 */
export async function mergeOrganizations(
  call: Writing,
  ids: readonly string[],
  { keep, dryRun }: { keep?: string | undefined; dryRun: boolean },
): Promise<Outcome> {
  const work = async (door: Writing['door']) => write({ ...call, door }, ids, keep);
  try {
    return await (dryRun ? trial(call.door, work) : call.door.transaction(work));
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

async function write(call: Writing, ids: readonly string[], keep: string | undefined): Promise<Written> {
  const { door, author } = call;
  const { orgId } = author;
  const inputs = await lockedInputs(call, ids);
  const kept = inputs.find(({ id }) => id === keep) ?? (inputs[0] as Input);
  const others = inputs.filter((input) => input !== kept);
  const from = others.map(({ id }) => id);
  const points = joinedContactPoints([kept, ...others].map((input) => input.body));
  const completed = asSent(
    structuredClone(
      complete(
        kept.body,
        others.map((other) => other.body),
      ),
    ) as Json,
  ) as Wire['ExternalOrganization'];
  const xurrent = joinedXurrent(
    [kept, ...others].map((input) => input.body.xurrent),
    inputs.map(({ id }) => id),
  );
  const body = { ...completed, ...(points ? { contactPoints: points } : {}), ...(xurrent ? { xurrent } : {}) };
  // Custom fields that any of them has may stay, whatever has become of their schema.
  const read = await organizationReader(call, [body], [{ schemaId: body.schema?.id ?? null, customFields: body.customFields ?? null }]);
  const linked = await linkedTo(door, orgId, [kept.id, ...from]);
  await door.flight([
    ...takeOverSteps(orgId, kept.id, from),
    ...updateSteps(author, [read(kept.id, null, body)], null),
    [sql`delete from identifiers i where i.org_id = $1 and i.owner_kind = 'organization' and i.owner_id = $2 and i.waived and not i.held`, [orgId, kept.id]],
    ...handOverContactsSteps(author, from, kept.id),
    ...handOverNotesSteps(author, from, kept.id),
    ...handOverRelationshipsSteps(author, from, kept.id),
    ...handOverChildrenSteps(author, from, kept.id),
    ...(linked.includes(kept.id) || linked[0] === undefined ? [] : handOverLinkSteps(author, linked[0], kept.id)),
    ...deleteSteps(
      author,
      others.map(({ id }) => ({ id })),
      null,
      [],
    ),
  ]);
  const [result] = await organizationBodies(door, { orgId, expand: [], divisions: null }, [kept.id]);
  if (!result) throw new Error(`the organization ${kept.id} is gone from its own transaction`);
  return result;
}

/** The organizations, the oldest first, held until the end. @throws Refusal */
async function lockedInputs({ door, principal, divisions }: Writing, ids: readonly string[]): Promise<Input[]> {
  const { mergeInputsMin: min, mergeInputsMax: max } = limits;
  if (new Set(ids).size !== ids.length || ids.length < min || ids.length > max)
    throw refuse('bad.request', { params: { reason: `A merge takes ${min} to ${max} records, each once.`, min, max } });
  const inputs = await door.rows<Input>(
    sql`select x.id, x.division_id, x.version, ${organizationBody} as body from external_organizations x
      where x.org_id = $1 and x.id = any ($3::uuid[]) order by x.id for update of x`,
    [principal.orgId, [], ids],
  );
  if (inputs.length < ids.length) throw refuse('not.found');
  if (inputs.some((input) => !includesDivision(divisions, input.division_id)))
    throw refuse('missing.division.permission', { params: { permissions: organizationRecords.edit } });
  if (new Set(inputs.map((input) => input.division_id)).size > 1) throw refuse('division.mismatch');
  return inputs;
}

/** For each value the place of the first of them; what it has in no field of its own it keeps, as long as nobody has let go of it. */
function takeOverSteps(orgId: string, kept: string, from: string[]): Step[] {
  return [
    [
      sql`insert into identifiers as e (org_id, owner_kind, owner_id, division_id, type, source_id, value, held, pinned, waived, since)
        select $1, 'organization', $2, (array_agg(i.division_id))[1], i.type, i.source_id, i.value, false, bool_or(i.pinned), bool_and(i.waived),
          (array_agg(i.since order by i.waived, i.pinned desc, i.since))[1]
        from identifiers i where i.org_id = $1 and i.owner_kind = 'organization' and i.owner_id = any ($3::uuid[]) group by i.type, i.source_id, i.value
        on conflict (org_id, owner_kind, owner_id, type, source_id, value) do update set pinned = e.pinned or excluded.pinned, waived = e.waived and excluded.waived,
          since = case when (e.waived, not e.pinned, e.since) < (excluded.waived, not excluded.pinned, excluded.since) then e.since else excluded.since end`,
      [orgId, kept, from],
    ],
    dropStep(orgId, 'organization', from),
  ];
}
