// Keeps a copy of the directory's contacts by following its changes: what a data warehouse, a cache or a search engine of
// one's own would do. Remember `after` beside the copy, and the next run goes on from there.
import { connect, type Models, scanAll } from './sdk.ts';

const { contacts, token } = await connect();

// Somebody works in the directory meanwhile.
const people = ['Ada Lovelace', 'Grace Hopper', 'Mary Somerville', 'Sophie Germain'].map((name) => name.split(' '));
const { results = [] } = await contacts.postExternalcontactsBulkContactsAdd({
  entities: people.map(([firstName = '', lastName = '']) => ({ firstName, lastName })),
});
const [ada = '', grace = ''] = results.map(({ id = '' }) => id);
await contacts.putExternalcontactsContact(ada, { firstName: 'Ada', lastName: 'King', title: 'Countess of Lovelace' });
await contacts.deleteExternalcontactsContact(grace);

const copy = new Map<string, Models.ExternalContact>();
let after = '';
for (;;) {
  const response = await fetch(`${process.env.LIAISON_URL}/liaison/v1/events?after=${after}&limit=2&kinds=contact`, {
    headers: { authorization: `Bearer ${token()}` },
  });
  if (!response.ok) throw new Error(await response.text());
  const { entities, cursors } = (await response.json()) as { entities: Event[]; cursors: { after: string } };
  // The same change may come twice; it comes in order, so that doing it again does no harm.
  for (const { eventBody, metadata } of entities) {
    if (metadata.action === 'delete') copy.delete(eventBody.id as string);
    else copy.set(eventBody.id as string, eventBody);
  }
  after = cursors.after;
  if (entities.length === 0) break;
}

interface Event {
  eventBody: Models.ExternalContact;
  metadata: { action: 'create' | 'update' | 'delete' | 'merge' };
}

const directory = await scanAll((options) => contacts.getExternalcontactsScanContacts(options));
const names = (records: Iterable<Models.ExternalContact>) => [...records].map(({ firstName, lastName }) => `${firstName} ${lastName}`).sort();
console.log(`${copy.size} contacts in the copy: ${names(copy.values()).join(', ')}`);
if (names(copy.values()).join() !== names(directory).join()) throw new Error(`The directory has ${names(directory).join(', ')}`);
