// An organization with two divisions, the records of two casts in them, and two callers each of whom may do everything in
// one: what the tests of isolation between divisions begin with.
import { makeClient, makeDivision, makeRole, must } from './access-callers.ts';
import { type Cast, createCast, populate } from './contract-walk.ts';
import { type DatabaseOf, databaseOf } from './database-of.ts';
import { type Contract, type Operation, readContract, type Schema } from './served-contract.ts';
import { type Server, startServer } from './server.ts';
import { CARE, trustWorld } from './trust-walk.ts';

/** Stands in every text of the hidden records, and nowhere else. */
export const HIDDEN_WORD = 'zanzibar';

export interface TwoDivisions {
  server: Server;
  contract: Contract;
  database: DatabaseOf;
  organizationId: string;
  open: Cast;
  hidden: Cast;
  openDivision: string;
  hiddenDivision: string;
  /** Tokens that may do in their division whatever can be granted by division. */
  inOpen: string;
  inHidden: string;
  /** Nouns whose records say in which division they lie. */
  divided: Set<string>;
  /** The operations that are allowed by division. */
  built: Operation[];
  stop(): Promise<void>;
}

/** Not granted by division, and what they show is. */
const FEEDS = ['liaison:event:view'];

export async function startTwoDivisions(): Promise<TwoDivisions> {
  const server = await startServer({ ...CARE, LIAISON_RATE_LIMIT: '0' });
  const database = await databaseOf(server);
  const contract = await readContract(server);
  const { organizationId } = server.firstRun;
  const [hiddenDivision, openDivision] = [(await makeDivision(server)).id, (await makeDivision(server)).id];
  const openTrusts = trustWorld(database, organizationId, 'heron', openDivision);
  const hiddenTrusts = trustWorld(database, organizationId, HIDDEN_WORD, hiddenDivision);
  const [defaultRole] = (await must(server, 'GET', '/api/v2/authorization/roles?defaultRoleId=agent')).entities;
  const open = createCast(
    server,
    contract,
    'heron',
    server.token,
    { ...openTrusts.given, defaultRole: defaultRole.id, division: openDivision },
    openTrusts.bodies,
  );
  await openTrusts.makeCare();
  // External sources and schemas lie in no division: both use the same.
  const shared = { externalSource: await open.id('externalSource'), schema: (near = '') => open.id('schema', { near }) };
  const hidden = createCast(server, contract, HIDDEN_WORD, server.token, { ...hiddenTrusts.given, ...shared, division: hiddenDivision }, hiddenTrusts.bodies);
  const divided = new Set(
    [...contract.collections].filter(([, [made]]) => made && fieldsOf(contract, answerOf(contract, made)).includes('division')).map(([noun]) => noun),
  );
  await populate(open);
  await populate(hidden, divided);

  const granted = new Set([...(await divisionAwarePermissions(server)), ...FEEDS]);
  const role = await makeRole(server, ...granted);
  const callerIn = async (divisionId: string) => (await makeClient(server, [{ roleId: role.id, divisionId }])).token;
  return {
    server,
    contract,
    database,
    organizationId,
    open,
    hidden,
    openDivision,
    hiddenDivision,
    inOpen: await callerIn(openDivision),
    inHidden: await callerIn(hiddenDivision),
    divided,
    built: contract.operations.filter(({ gap, permissions }) => !gap && permissions?.of.every((permission) => granted.has(permission))),
    async stop() {
      await database.client.end();
      await server.stop();
    },
  };
}

/** What the server itself says is granted by division. */
async function divisionAwarePermissions(server: Server): Promise<string[]> {
  const { entities } = await must(server, 'GET', '/api/v2/authorization/permissions?pageSize=500');
  const permissions = entities.flatMap(
    ({ permissionMap }: { permissionMap: Record<string, { domain: string; entityType: string; action: string; divisionAware: boolean }[]> }) =>
      Object.values(permissionMap).flat(),
  );
  return permissions
    .filter(({ divisionAware }: { divisionAware: boolean }) => divisionAware)
    .map(({ domain, entityType, action }: Record<string, string>) => `${domain}:${entityType}:${action}`);
}

/** The schema of what an operation answers. */
export function answerOf(contract: Contract, { path, method }: Operation): Schema {
  const paths = contract.document.paths as Record<string, Record<string, { responses: Record<string, { content?: Record<string, { schema: Schema }> }> }>>;
  return paths[path]?.[method.toLowerCase()]?.responses['200']?.content?.['application/json']?.schema ?? {};
}

function fieldsOf(contract: Contract, schema: Schema): string[] {
  return Object.keys(contract.flat(schema).properties ?? {});
}

/** The operations that read one record of the noun. */
export function readersOf(contract: Contract, noun: string): Operation[] {
  return (contract.collections.get(noun) ?? []).flatMap((made) =>
    contract.operations.filter(
      ({ gap, method, path }) => !gap && method === 'GET' && path.startsWith(`${made.path}/{`) && !path.slice(made.path.length + 1).includes('/'),
    ),
  );
}
