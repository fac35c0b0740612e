// External sources: the systems that external ids come from. Small enough to keep its statements beside its handlers.
import type { Call, Handlers } from '../contract/bind.ts';
import type { Step } from '../db/database.ts';
import { type Statement, sql } from '../db/sql.ts';
import { type Action, authorValue, changeColumns, doneBy, holdStep } from '../families/changes.ts';
import { sortKey } from '../families/fold.ts';
import { newId } from '../families/id.ts';
import { scan } from '../families/scan.ts';
import { unique } from '../families/unique.ts';
import type { Wire } from '../families/wire.ts';
import { refuse } from '../http/errors.ts';
import type { Author } from '../http/principal.ts';

export const sourceHandlers: Handlers = {
  getExternalcontactsExternalsources: (call) => {
    const { name, active } = call.query;
    return scan(call, `sources ${name ?? ''} ${active ?? ''}`, (after, size) =>
      call.door.rows(
        sql`select s.id, ${sourceBody}::text as body from external_sources s
          where s.org_id = $1 and s.id > $2 and ($3::text is null or starts_with(s.name_key, $3)) and ($4::boolean is null or s.active = $4)
          order by s.id limit $5`,
        [call.principal.orgId, after.id, name === undefined ? null : sortKey(name), active, size],
      ),
    );
  },

  postExternalcontactsExternalsources: (call) => write(call, 'create', newId(), insertSource),

  getExternalcontactsExternalsource: async (call) => {
    const text = await call.door.text(sql`select ${sourceBody}::text from external_sources s where s.org_id = $1 and s.id = $2`, [
      call.principal.orgId,
      call.path.externalSourceId,
    ]);
    if (text === undefined) throw refuse('not.found');
    return text;
  },

  putExternalcontactsExternalsource: (call) => write(call, 'update', call.path.externalSourceId, updateSource),

  // Records keep their external ids of it: the API says so, and their owners can still be found by them.
  deleteExternalcontactsExternalsource: async (call) => {
    const { externalSourceId } = call.path;
    const results = await call.door.flight([
      ...recordSource(call.author, 'delete', externalSourceId),
      [sql`delete from external_sources s where s.org_id = $1 and s.id = $2 returning s.id`, [call.principal.orgId, externalSourceId]],
    ]);
    if (results.at(-1)?.length === 0) throw refuse('not.found');
    return { status: 204 };
  },
};

const sourceBody = sql`json_strip_nulls(json_build_object('id', s.id, 'name', s.name, 'active', s.active,
  'linkConfiguration', case when s.uri_template is not null then json_build_object('uriTemplate', s.uri_template) end,
  'selfUri', '/api/v2/externalcontacts/externalsources/' || s.id))`;

const insertSource = sql`insert into external_sources (org_id, id, name, name_key, active, uri_template, created_at, modified_at)
  values ($1, $2, $3, $4, coalesce($5::boolean, true), $6, now(), now())`;

const updateSource = sql`update external_sources s set name = $3, name_key = $4, active = coalesce($5::boolean, s.active), uri_template = $6, modified_at = now()
  where s.org_id = $1 and s.id = $2`;

/** Records what a source is, after it was made or changed, before it is deleted; locks it, so that of two who delete it one records it. */
const recordSource = (author: Author, action: Action, id: string): Step[] => [
  holdStep(author.orgId),
  [
    sql`insert into changes (${changeColumns}) select $1, 'externalSource', s.id, ${doneBy}, null, null, ${sourceBody}
      from (select $3::text as action, $4::uuid[] as author) done, external_sources s where s.org_id = $1 and s.id = $2 for update of s`,
    [author.orgId, id, action, authorValue(author)],
  ],
];

type Writing = Pick<Call, 'door' | 'author'> & { body: Wire['ExternalSource'] };

/** @throws Refusal 409 where another source has the name */
async function write({ door, author, body }: Writing, action: Action, id: string, statement: Statement): Promise<string> {
  const { orgId } = author;
  const name = body.name as string;
  const results = await unique(
    'name',
    name,
    door.flight([
      [statement, [orgId, id, name, sortKey(name), body.active, body.linkConfiguration?.uriTemplate]],
      ...recordSource(author, action, id),
      [sql`select ${sourceBody}::text as body from external_sources s where s.org_id = $1 and s.id = $2`, [orgId, id]],
    ]),
  );
  const written = results.at(-1)?.[0];
  if (!written) throw refuse('not.found');
  return written.body as string;
}
