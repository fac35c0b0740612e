// What the write rows leave behind, and how it goes again.
import { join } from 'node:path';
import { Client } from 'pg';
import { findRunning } from '../../server/src/db/embedded.ts';
import { createPeople } from './people.ts';

/** What the write rows created goes, also of a run that was interrupted, so that each finds the same number of contacts. */
export async function removeWritten(folder: string, contacts: number): Promise<void> {
  const client = new Client(await findRunning(join(folder, 'postgres')));
  await client.connect();
  const last = createPeople(contacts).contactId(contacts - 1);
  await client.query("delete from identifiers i using organizations o where i.org_id = o.id and i.owner_kind = 'contact' and i.owner_id > $1", [last]);
  const { rowCount: removed } = await client.query('delete from contacts c using organizations o where c.org_id = o.id and c.id > $1', [last]);
  await client.query('delete from webhooks w using organizations o where w.org_id = o.id');
  // The last contact's first change is the last that was loaded.
  const { rowCount: undone } = await client.query(
    `delete from changes c using organizations o where c.org_id = o.id and c.position > (
      select min(d.position) from changes d where d.org_id = o.id and d.record_id = $1)`,
    [last],
  );
  if (removed || undone) await client.query('vacuum analyze contacts, identifiers, changes');
  await client.end();
}
