// The platform's own JavaScript SDK, unmodified and in two versions, pointed at a server under test. The types that it
// ships know no enums and make every field optional, so its bodies are taken as what the server says.
import { createRequire } from 'node:module';
import type { operations } from '../../contract/generated/types.d.ts';
import type { Json, Server } from './server.ts';

export type { Json };
export type OperationId = keyof operations;
/** Methods are named like operations of the contract; what came later is not called. */
export type Api = Record<OperationId, (...args: Json[]) => Promise<Json>>;

/** The version that most clients were written with (of autumn 2025), and the newest. */
export const SDKS = ['purecloud-platform-client-v2', 'purecloud-newest'] as const;
export type SdkName = (typeof SDKS)[number];

export interface Sdk {
  version: string;
  contacts: Api;
  trusts: Api;
  notifications: Api;
  login(clientId: string, clientSecret: string): Promise<{ accessToken: string }>;
  /** From now on speaks with this token. */
  use(token: string): void;
}

const require = createRequire(import.meta.url);

/** An SDK that is set up for the server and not logged in. @param prefixed whether a gateway's path prefixes come first */
export function configure(server: Server, name: SdkName, prefixed: boolean): Sdk {
  const sdk = require(name);
  const client = new sdk.ApiClientClass();
  const prefixes = prefixed ? { path_params_login: 'login', path_params_api: 'api' } : {};
  client.setGateway({ protocol: 'http', host: '127.0.0.1', port: server.port, ...prefixes });
  return {
    version: require(`${name}/package.json`).version,
    contacts: new sdk.ExternalContactsApi(client),
    trusts: new sdk.OrganizationAuthorizationApi(client),
    notifications: new sdk.NotificationsApi(client),
    use: (token) => client.setAccessToken(token),
    login: (clientId, clientSecret) => client.loginClientCredentialsGrant(clientId, clientSecret),
  };
}

/** An SDK logged in as the first client. */
export async function connect(server: Server, name: SdkName): Promise<Sdk> {
  const sdk = configure(server, name, true);
  await sdk.login(server.firstRun.clientId, server.firstRun.clientSecret);
  return sdk;
}

/** The names of the SDK's methods, one per operation. */
export function methodsOf(name: SdkName, api: 'ExternalContactsApi' | 'OrganizationAuthorizationApi' | 'NotificationsApi'): string[] {
  return Object.getOwnPropertyNames(require(name)[api].prototype).filter((method) => method !== 'constructor');
}

/** What an SDK rejects with: the parsed body of the error, and nothing else. */
export async function refused(request: Promise<unknown>): Promise<Json> {
  const outcome = await request.then(
    (body) => ({ answered: body }),
    (error: unknown) => ({ refused: error }),
  );
  if ('answered' in outcome) throw new Error(`not refused, but answered with ${JSON.stringify(outcome.answered)}`);
  return outcome.refused;
}
