// Points the vendor's SDK at the server that the environment names, and keeps its requests to a few at a time.
import sdk from 'purecloud-platform-client-v2';

export type { Models } from 'purecloud-platform-client-v2';

/** Logs in with the client's id and secret. `token` is for what the SDK has no method for. */
export async function connect(): Promise<{ contacts: sdk.ExternalContactsApi; users: sdk.UsersApi; token: () => string }> {
  const { LIAISON_URL, CLIENT_ID, CLIENT_SECRET } = process.env;
  if (!LIAISON_URL || !CLIENT_ID || !CLIENT_SECRET)
    throw new Error('Set LIAISON_URL, CLIENT_ID and CLIENT_SECRET: the first start of the server writes them to data/first-run.json.');
  const { protocol, hostname, port } = new URL(LIAISON_URL);
  const client = sdk.ApiClient.instance;
  client.setGateway({ protocol: protocol.slice(0, -1), host: hostname, port: Number(port) });
  const { accessToken } = await client.loginClientCredentialsGrant(CLIENT_ID, CLIENT_SECRET);
  return { contacts: new sdk.ExternalContactsApi(), users: new sdk.UsersApi(), token: () => accessToken };
}

const AT_A_TIME = 8;

/** Works on every item, a few at a time. @returns the outcomes in the items' order */
export async function each<T, R>(items: readonly T[], work: (item: T, index: number) => Promise<R>): Promise<R[]> {
  const outcomes: R[] = [];
  const entries = items.entries();
  const worker = async () => {
    for (const [index, item] of entries) outcomes[index] = await work(item, index);
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, worker));
  return outcomes;
}

interface ScanPage<T> {
  entities?: T[];
  cursors?: { after?: string };
}

/** Every record of a scan, page by page until there is no cursor to a next one. */
export async function scanAll<T>(page: (opts: { limit: number; cursor?: string }) => Promise<ScanPage<T>>): Promise<T[]> {
  const records: T[] = [];
  let cursor: string | undefined;
  do {
    const { entities = [], cursors } = await page({ limit: 200, ...(cursor === undefined ? {} : { cursor }) });
    records.push(...entities);
    cursor = cursors?.after;
  } while (cursor !== undefined);
  return records;
}
