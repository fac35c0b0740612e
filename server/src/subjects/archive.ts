// What an archive says: one JSON document that opens in any editor or browser, in the order in which a person would read
// it. It comes about piece by piece, so that a long history takes no more memory than a short one.
import { contactBodyExpanded } from '../contacts/index.ts';
import { conversationBody } from '../conversations/index.ts';
import type { Door } from '../db/database.ts';
import { sql } from '../db/sql.ts';
import { hasClaim } from '../families/wire.ts';
import { limits } from '../http/limits.ts';
import { segmentBody, sessionBody } from '../journeys/index.ts';
import { canonicalOf, deletedSetOf, knownBy, mergeSetOf, withUndoneMerges } from './find.ts';

const ABOUT = {
  what: 'Everything that this server holds on one person.',
  contacts: 'The records, as they are now: the canonical contact, and those that were merged into it. Empty for somebody who was deleted.',
  identifiers: 'By what the person is recognised: since when, and whether the person is found by it.',
  notes: 'What was written about the person.',
  conversations: 'Which conversations the person took part in. They themselves are kept elsewhere.',
  sessions: 'What the person did, as it was reported.',
  segments: 'Which groups the person is counted among, and until when.',
  merges: 'What was made of which records, and which value came from whom.',
  duplicates: 'Records that are, or were, taken for the same person. Only their ids: they may be somebody else’s.',
  importRejects:
    'Rows of imported files that were refused and have an identifier of the person in them. They may be of somebody who has the same: look at them first.',
  history: 'Everything that was done to these records, the oldest first: when, by whom, and the record afterwards. Events and audits are read from this.',
  notHere: 'Files that were uploaded or exported in the last 7 days may name the person, and go by themselves. Notes on companies may.',
};

/**
 * @param asked canonical contacts, or ones that are no more
 * @param divisions where whoever asked may see what others' records and files say; null for all
 */
export async function* archiveText(door: Door, orgId: string, asked: readonly string[], divisions: string[] | null, madeAt: Date): AsyncGenerator<string> {
  const sets = await Promise.all(asked.map((id) => setOf(door, orgId, id)));
  const ids = [...new Set(sets.flat())];
  const all = await withUndoneMerges(door, orgId, ids);
  const { marks, spellings } = await knownBy(door, orgId, all);
  yield `{\n"about": ${JSON.stringify({ ...ABOUT, made: madeAt.toISOString() }, null, 2)}`;
  yield* section('contacts', [await bodies(door.rows(contactsHeld, [orgId, EXPANDED, divisions, ids]))]);
  yield* section('identifiers', [await bodies(door.rows(identifiersHeld, [orgId, ids]))]);
  yield* section('notes', [await bodies(door.rows(notesHeld, [orgId, ids]))]);
  yield* section('conversations', [await bodies(door.rows(conversationsHeld, [orgId, ids]))]);
  yield* section('sessions', sessionsOf(door, orgId, ids));
  yield* section('segments', [await bodies(door.rows(segmentsHeld, [orgId, ids]))]);
  yield* section('merges', [await bodies(door.rows(mergesHeld, [orgId, ids]))]);
  yield* section('duplicates', [await bodies(door.rows(duplicatesHeld, [orgId, ids]))]);
  yield* section('importRejects', [await bodies(door.rows(rejectsHeld, [orgId, marks, spellings, divisions]))]);
  yield* section('history', historyOf(door, orgId, all));
  yield '\n}\n';
}

const EXPANDED = ['division', 'externalSources', 'identifiers', 'externalOrganization'];

async function setOf(door: Door, orgId: string, id: string): Promise<string[]> {
  const canonical = await canonicalOf(door, orgId, id);
  return canonical ? mergeSetOf(door, orgId, canonical) : deletedSetOf(door, orgId, id);
}

type Bodies = Record<string, unknown>[];

const bodies = async (rows: Promise<{ body: Record<string, unknown> }[]>): Promise<Bodies> => (await rows).map(({ body }) => body);

async function* section(name: string, pages: Iterable<Bodies> | AsyncIterable<Bodies>): AsyncGenerator<string> {
  let first = true;
  yield `,\n${JSON.stringify(name)}: [`;
  for await (const page of pages) {
    for (const body of page) {
      yield `${first ? '' : ','}\n${JSON.stringify(body, null, 2)}`;
      first = false;
    }
  }
  yield first ? ']' : '\n]';
}

async function* sessionsOf(door: Door, orgId: string, ids: string[]): AsyncGenerator<Bodies> {
  for (let after: string | null = null; ; ) {
    const rows: { id: string; body: Record<string, unknown> }[] = await door.rows(sessionsPage, [orgId, ids, after, limits.subjectHistoryAtOnce]);
    yield rows.map(({ body }) => body);
    const last = rows.at(-1);
    if (!last || rows.length < limits.subjectHistoryAtOnce) return;
    after = last.id;
  }
}

async function* historyOf(door: Door, orgId: string, ids: string[]): AsyncGenerator<Bodies> {
  for (let after = '0'; ; ) {
    const rows = await door.rows<{ position: string; body: Record<string, unknown> }>(historyPage, [orgId, ids, after, limits.subjectHistoryAtOnce]);
    yield rows.map(({ body }) => body);
    const last = rows.at(-1);
    if (!last || rows.length < limits.subjectHistoryAtOnce) return;
    after = last.position;
  }
}

const contactsHeld = sql`select ${contactBodyExpanded} as body from contacts x where x.org_id = $1 and x.id = any ($4::uuid[]) order by x.merged_to is not null, x.id`;

const identifiersHeld = sql`select json_strip_nulls(json_build_object('contact', json_build_object('id', i.owner_id), 'type', i.type, 'value', i.value,
    'externalSource', case when i.source_id <> '00000000-0000-0000-0000-000000000000' then json_build_object('id', i.source_id, 'name', s.name) end,
    'since', wire_date(i.since), 'inAField', i.held, 'claimedByName', i.pinned, 'released', i.waived, 'findsThePerson', ${hasClaim})) as body
  from identifiers i left join external_sources s on s.org_id = $1 and s.id = i.source_id
  where i.org_id = $1 and i.owner_kind = 'contact' and i.owner_id = any ($2::uuid[]) order by i.type, i.value, i.source_id`;

const notesHeld = sql`select json_build_object('id', x.id, 'contact', json_build_object('id', x.contact_id), 'noteText', x.note_text,
    'createdBy', json_build_object('id', x.created_by), 'createDate', wire_date(x.created_at), 'modifyDate', wire_date(x.modified_at)) as body
  from notes x where x.org_id = $1 and x.contact_id = any ($2::uuid[]) order by x.created_at, x.id`;

const conversationsHeld = sql`select ${conversationBody} as body from conversation_links x where x.org_id = $1 and x.contact_id = any ($2::uuid[]) order by x.id`;

const sessionsPage = sql`select x.id, ${sessionBody} as body from journey_sessions x
  where x.org_id = $1 and x.contact_id = any ($2::uuid[]) and ($3::uuid is null or x.id > $3) order by x.id limit $4`;

const segmentsHeld = sql`select ${segmentBody} as body from journey_segments x where x.org_id = $1 and x.contact_id = any ($2::uuid[]) order by x.assigned_at, x.id`;

const mergesHeld = sql`select json_build_object('result', json_build_object('id', m.id), 'date', wire_date(m.made_at), 'inputs', m.inputs, 'identifiers', m.identifiers,
    'sources', m.sources, 'resultAsMade', m.body) as body from merges m where m.org_id = $1 and m.id = any ($2::uuid[]) order by m.made_at`;

const duplicatesHeld = sql`select json_build_object('records', json_build_array(d.first_id, d.second_id), 'state', d.state, 'evidence', d.evidence, 'dateFound', wire_date(d.found_at)) as body
  from duplicates d where d.org_id = $1 and (d.first_id = any ($2::uuid[]) or d.second_id = any ($2)) order by d.score desc`;

const rejectsHeld = sql`select json_build_object('job', json_build_object('id', r.job_id), 'report', r.kind, 'line', r.line, 'cells', r.cells, 'reasons', r.reasons) as body
  from import_rejects_of($2::text[], $3::text[]) w join import_rejects r on r.org_id = $1 and r.job_id = w.job_id and r.kind = w.kind and r.line = w.line
    join import_jobs j on j.org_id = $1 and j.id = r.job_id and ($4::uuid[] is null or j.division_id = any ($4)) order by r.job_id, r.kind, r.line`;

/** Of notes, conversations, sessions and segments also those that are no more, by what they were of. */
const historyPage = sql`select x.position, json_strip_nulls(json_build_object('date', wire_date(x.at), 'action', x.action, 'type', x.kind, 'record', json_build_object('id', x.record_id),
    'division', json_build_object('id', wire_division(x.division_id)), 'user', case when x.user_id is not null then json_build_object('id', x.user_id, 'name', u.name) end,
    'client', json_build_object('id', x.client_id, 'name', o.name), 'homeOrganization', json_build_object('id', x.home_org_id), 'correlationId', x.correlation_id,
    'after', x.body)) as body
  from (
    select * from changes x where x.org_id = $1 and x.record_id = any ($2::uuid[]) and x.kind in ('contact', 'identifier') and x.position > $3
    union all select * from changes x where x.org_id = $1 and x.position = any (array(select changes_of_notes_on($2))) and x.position > $3
    union all select * from changes x where x.org_id = $1 and x.position = any (array(select changes_of_journeys_of($2))) and x.position > $3
    order by position limit $4) x
  left join users u on u.org_id = $1 and u.id = x.user_id left join oauth_clients o on o.org_id = $1 and o.id = x.client_id
  order by x.position`;
