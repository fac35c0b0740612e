// The life of one contact with the vendor's own SDK: created, found, changed, deleted.
import sdk from 'purecloud-platform-client-v2';

const { LIAISON_URL, CLIENT_ID = '', CLIENT_SECRET = '' } = process.env;
const { protocol, hostname, port } = new URL(LIAISON_URL ?? 'http://127.0.0.1:8080');

const client = sdk.ApiClient.instance;
client.setGateway({ protocol: protocol.slice(0, -1), host: hostname, port: Number(port) });
await client.loginClientCredentialsGrant(CLIENT_ID, CLIENT_SECRET);
const api = new sdk.ExternalContactsApi();

const { id = '' } = await api.postExternalcontactsContacts({ firstName: 'Grace', lastName: 'Hopper', workPhone: { display: '+1 202 555 0143' } });
const found = await api.getExternalcontactsContacts({ q: 'grace hop' });
const changed = await api.putExternalcontactsContact(id, { firstName: 'Grace', lastName: 'Hopper', title: 'Rear Admiral' });
await api.deleteExternalcontactsContact(id);

console.log(`found ${found.total}: ${found.entities?.[0]?.workPhone?.e164}; then ${changed.title} ${changed.lastName}, then gone`);
if (found.total !== 1 || changed.title !== 'Rear Admiral') process.exit(1);
