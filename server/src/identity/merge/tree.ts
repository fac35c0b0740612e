// The contacts of a merge set, as a tree: what undoing a merge and telling where values came from both read.
import { contactBody } from '../../contacts/index.ts';
import type { Door } from '../../db/database.ts';
import { sql } from '../../db/sql.ts';
import type { Contact } from './store.ts';

export interface Node {
  id: string;
  merged_to: string | null;
  merged_from: string[] | null;
  version: number;
  body: Contact;
  /** Of the result of a merge: what it was made of, and as what. */
  merge: {
    body: Contact;
    /** Value (see valuesOf) → the id of the contact that gave it, or `override`. */
    sources: Record<string, string>;
    /** When each input would have gone by itself, as milliseconds that it had left; null for what stays. */
    inputs: { id: string; left_ms: number | null }[];
  } | null;
}

/** All contacts of the set whose canonical contact this is, the one that was modified last at first; none where it is none. */
export function treeOf(door: Door, orgId: string, canonical: string): Promise<Node[]> {
  return door.rows<Node>(
    sql`select x.id, x.merged_to, x.merged_from, x.version, ${contactBody} as body,
        case when m.id is not null then json_build_object('body', m.body, 'sources', m.sources, 'inputs', (
          select json_agg(json_build_object('id', r.id, 'left_ms', round(extract(epoch from r.expires_at - m.made_at) * 1000)))
          from jsonb_to_recordset(m.inputs) as r (id uuid, expires_at timestamptz))) end as merge
      from contacts x left join merges m on m.org_id = $1 and m.id = x.id
      where x.org_id = $1 and x.canonical_id = $4 order by x.modified_at desc, x.id desc`,
    [orgId, [], null, canonical],
  );
}
