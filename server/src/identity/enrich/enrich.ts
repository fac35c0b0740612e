// Enriching: the record that identifiers lead to is inserted, updated or merged, in one transaction that holds the lines of
// these identifiers and the records that they lead to, so that two who bring the same ones at the same time come to one.
import { differences } from '../../audits/index.ts';
import type { Contract, Schema } from '../../contract/load.ts';
import { type Fault, invalidFields, type Validator } from '../../contract/validate.ts';
import { faultOfPath } from '../../families/patch.ts';
import { requireDivision } from '../../families/references.ts';
import { asSent, type Json } from '../../families/sent.ts';
import { divisionId, type Wire } from '../../families/wire.ts';
import type { Outcome, Writes, Writing, Written } from '../../families/writes.ts';
import { Refusal, refuse } from '../../http/errors.ts';
import { UNASSIGNED } from '../../http/principal.ts';
import { claimants, claimSteps, NO_SOURCE, type OwnerKind, type Wanted } from '../../identifiers/index.ts';
import { activeSources, readWanted } from './identifiers.ts';
import { decide, enrich, faultsOfRules, type Shape } from './rules.ts';

/** What differs between contacts and external organizations. */
export interface EnrichKind {
  owner: OwnerKind;
  /** The record's schema in the contract, and where a request has the record. */
  model: 'ExternalContact' | 'ExternalOrganization';
  part: 'contact' | 'externalOrganization';
  permission: string;
  /** Fields that are taken whole. */
  wholes: readonly string[];
  writes: Writes<never>;
  /** The record's plain body. */
  current(call: Writing, id: string): Promise<Written | undefined>;
  /** What is sent, with what it names in another way found. */
  resolve(call: Writing, division: string, record: Json): Promise<Json>;
  /** Lets go of those that have had their time. @returns whether there were any */
  expire(call: Writing, ids: string[]): Promise<boolean>;
  promote(call: Writing, id: string): Promise<void>;
  merge(call: Writing, ids: string[]): Promise<Outcome>;
}

/** Of contacts; what others lack is undefined. */
export interface EnrichRequest {
  division?: Wire['WritableStarrableDivision'];
  matchingIdentifiers?: Wanted[];
  action: Wire['ContactEnrichRequest']['action'];
  fieldRules?: Wire['EnrichFieldRules'];
  options?: Wire['ContactEnrichOptions'];
  record: Json;
}

export interface Enriched {
  /** 201 where the record was inserted. */
  status: 200 | 201;
  id: string;
  body: string;
  version?: number | undefined;
  /** Whether there was no such record before: it is new, or made of several. */
  made: boolean;
}

/** @returns what enriches one record. It throws a Refusal with nothing done. */
export function createEnrich(contract: Contract, validator: Validator, kind: EnrichKind) {
  const model = contract.document.components.schemas[kind.model] as Schema;
  const shape = shapeOf(contract, model, kind.wholes);

  const combine = (old: Json, { record, fieldRules = {} }: EnrichRequest): Json => {
    const faults: Fault[] = [];
    let body = enrich(old, record, fieldRules, shape, faults);
    // What another schema's fields hold has no place under this one.
    if (idOf(body.schema) !== idOf(old.schema)) body = enrich({ ...old, customFields: undefined }, record, fieldRules, shape);
    if (faults.length > 0) throw invalidFields(faults);
    return written(body);
  };

  /** The record as a caller would write it. */
  const written = ({ division: _, ...body }: Json) => validator.named(kind.model, body) as Json;

  /** What leaves the record as it is writes nothing and tells nobody. */
  const update = async (call: Writing, id: string, request: EnrichRequest): Promise<Written> => {
    const stored = await kind.current(call, id);
    if (!stored) throw new Error(`the record ${id} has gone while it was held`);
    const old = asSent(JSON.parse(stored.body) as Json);
    const body = combine(old, request);
    const promotes = request.options?.promote === true && old.type !== 'Curated';
    if (!promotes && differences(written(structuredClone(old)), body).length === 0) return stored;
    if (promotes) await kind.promote(call, id);
    return settled(await kind.writes.update(call, [{ id, version: stored.version, body: body as never }]));
  };

  const write = async (call: Writing, division: string, request: EnrichRequest, found: string[]): Promise<Enriched> => {
    const decision = decide(request.action, found);
    switch (decision.do) {
      case 'refuse':
        throw refuse(decision.code, { details: found.map((entityId) => ({ errorCode: decision.code, fieldName: 'matchingIdentifiers', entityId })) });
      case 'insert': {
        const body = { ...request.record, division: { id: division === UNASSIGNED ? '*' : division } };
        return { status: 201, made: true, ...settled(await kind.writes.create(call, [body as never])) };
      }
      case 'update':
        return { status: 200, made: false, ...(await update(call, decision.id, request)) };
      case 'merge': {
        const merged = settled([await kind.merge(call, decision.ids)]);
        return { status: 200, made: true, ...(await update(call, merged.id, request)) };
      }
    }
  };

  return async (call: Writing, request: EnrichRequest): Promise<Enriched> => {
    const { principal, author } = call;
    const { orgId } = principal;
    const division = divisionOf(call, kind, request);
    const wanted = request.matchingIdentifiers ?? [];
    const identifiers = wanted.map((one, i) => readWanted(one, `matchingIdentifiers[${i}].`, division, principal.defaultCountryCode));
    const faults = faultsOfRules(request.fieldRules ?? {}, (path) => faultOfPath(contract, model, path));
    if (faults.length > 0) throw invalidFields(faults);
    return call.door.transaction(async (door) => {
      const inner = { ...call, door };
      const hold = () => claimants(door, orgId, kind.owner, division, identifiers);
      let owners = await hold();
      const active = await activeSources(door, orgId, identifiers, 'matchingIdentifiers');
      while (await kind.expire(inner, distinct(owners))) owners = await hold();
      try {
        const resolved = { ...request, record: await kind.resolve(inner, division, request.record) };
        const enriched = await write(inner, division, resolved, distinct(owners));
        const unclaimed = identifiers.filter(({ sourceId }, i) => owners[i] === undefined && (sourceId === NO_SOURCE || active.has(sourceId)));
        if (unclaimed.length > 0) await door.flight(claimSteps(author, kind.owner, enriched.id, division, unclaimed));
        return enriched;
      } catch (error) {
        throw error instanceof Refusal ? inPart(kind.part, error) : error;
      }
    });
  };
}

/** The division that the request names, or its record: they must not be two. */
function divisionOf(call: Writing, kind: EnrichKind, { division, record }: EnrichRequest): string {
  const own = record.division as Wire['WritableStarrableDivision'] | undefined;
  if (division?.id !== undefined && own?.id !== undefined && divisionId(division) !== divisionId(own)) {
    throw invalidFields([{ field: `${kind.part}.division.id`, code: 'division', rule: 'must be the division of the request, or absent.' }]);
  }
  const named = division?.id === undefined ? own : division;
  return requireDivision(named, divisionId(named), call.divisions, kind.permission);
}

/** How many items the record's lists take, from the contract; of custom fields, as many tags as any schema allows. */
export function shapeOf(contract: Contract, model: Schema, wholes: readonly string[]): Shape {
  const most = new Map<string, number>();
  const walk = (schema: Schema, path: string, depth: number) => {
    const { properties = {}, maxItems } = contract.resolve(schema);
    if (maxItems !== undefined) most.set(path, maxItems);
    if (depth < 3) for (const [name, part] of Object.entries(properties)) walk(part, path === '' ? name : `${path}.${name}`, depth + 1);
  };
  walk(model, '', 0);
  return { mostOf: (path) => (path.startsWith('customFields.') ? TAGS_MAX : most.get(path)), wholes: new Set(wholes) };
}

/** The vendor's help: custom field types. */
const TAGS_MAX = 10;

/** Fields of the record stand in a part of the request, but for its division. */
function inPart(part: string, refusal: Refusal): Refusal {
  if (refusal.code !== 'constraint.validation') return refusal;
  const details = (refusal.facts.details ?? []).map((detail) =>
    detail.fieldName === undefined || ['division', part].includes(detail.fieldName.split('.')[0] as string)
      ? detail
      : { ...detail, fieldName: `${part}.${detail.fieldName}` },
  );
  return refuse(refusal.code, { ...refusal.facts, details });
}

/** @throws Refusal */
function settled([outcome]: Outcome[]): Written {
  if (outcome === undefined || outcome instanceof Refusal) throw outcome ?? new Error('a set of one had no outcome');
  return outcome;
}

const distinct = (owners: readonly (string | undefined)[]): string[] => [...new Set(owners.filter((owner) => owner !== undefined))];

const idOf = (schema: unknown): string | undefined => (schema as { id?: string } | undefined)?.id?.toLowerCase();
