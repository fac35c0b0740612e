// Programs that sign in as a client and read a contact; they work as they are copied, once the secret is in them.

/** Keeps a token in $TOKEN. */
export const tokenCall = (origin: string, id: string, secret: string): string => `TOKEN=$(curl -s -u "${id}:${secret}" \\
  -d grant_type=client_credentials ${origin}/oauth/token \\
  | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')`;

export const curlOf = (origin: string, id: string, secret = '$CLIENT_SECRET'): string => `${tokenCall(origin, id, secret)}
curl -H "Authorization: Bearer $TOKEN" "${origin}/api/v2/externalcontacts/contacts?pageSize=1"`;

export const sdkOf = ({ protocol, hostname, port }: URL, id: string, secret = '…'): string => `import platformClient from 'purecloud-platform-client-v2';

const client = platformClient.ApiClient.instance;
client.setGateway({ protocol: '${protocol.replace(':', '')}', host: '${hostname}',${port ? ` port: ${port},` : ''} path_params_login: 'login', path_params_api: 'api' });
await client.loginClientCredentialsGrant('${id}', '${secret}');

const contacts = new platformClient.ExternalContactsApi();
console.log(await contacts.getExternalcontactsContacts({ pageSize: 1 }));`;
