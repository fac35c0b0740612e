// What an operator does by hand, from the command line: no token, no ceiling, straight at the store. Processes that
// serve at the same time are told of each change, as of any other. Changes are recorded as the operator's, who has the nil
// UUID for a client; what an organization is made with is not recorded.
import { randomBytes, randomUUID } from 'node:crypto';
import type { Database } from '../db/database.ts';
import { sql } from '../db/sql.ts';
import { fold } from '../families/fold.ts';
import { isId, newId } from '../families/id.ts';
import type { Wire } from '../families/wire.ts';
import { type Author, UNASSIGNED } from '../http/principal.ts';
import { issueActingToken } from './acting/issue.ts';
import { createChanges } from './changes.ts';
import { insertClient, listClients, recordClient } from './clients/store.ts';
import { homeDivision, listDivisions } from './divisions/store.ts';
import { addSteps } from './grants/grant.ts';
import { findSubjects, type Subject } from './grants/store.ts';
import { hashPassword } from './password.ts';
import { type FirstLogIns, makeOrganization, newLogIns } from './provision.ts';
import { insertRole, listRoles, recordRoles } from './roles/store.ts';
import { digest, makeSecret } from './token.ts';
import { deleteUserTokens } from './tokens/store.ts';
import { insertUser, listUsers, recordUsers, setPassword, storedUser } from './users/store.ts';

export { issueToken } from './oauth/client-credentials.ts';

/** What was asked for does not exist, or is there already; the message is for people. */
export class Unworkable extends Error {}

export interface OrganizationRow {
  id: string;
  name: string;
  shortName: string;
  state: string;
}

export function organizations(database: Database): Promise<OrganizationRow[]> {
  return database.system.rows<OrganizationRow>(sql`select o.id, o.name, o.short_name as "shortName", o.state from organizations o order by o.created_at`, []);
}

/** By id or short name; without either, the only one. */
export async function organization(database: Database, asked: string | undefined): Promise<OrganizationRow> {
  const all = await organizations(database);
  const found = asked === undefined ? all : all.filter(({ id, shortName }) => id === asked || shortName === asked);
  if (found.length === 1) return found[0] as OrganizationRow;
  if (asked !== undefined) throw new Unworkable(`There is no organization "${asked}". "liaison org list" shows them.`);
  throw new Unworkable(
    all.length === 0
      ? 'There is no organization yet. Start the server once, or run "liaison org create NAME".'
      : 'There are several organizations; say which with --org SHORT_NAME.',
  );
}

/** With its home division, the default roles, an administrator and a client that may do everything. */
export async function createOrganization(database: Database, name: string): Promise<FirstLogIns & { name: string; shortName: string }> {
  const shortName = fold(name)
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
    .slice(0, 60);
  if (shortName === '') throw new Unworkable('The name needs a letter or a digit.');
  if ((await organizations(database)).some((other) => other.shortName === shortName))
    throw new Unworkable(`There is an organization with the short name "${shortName}" already.`);
  const logIns = { ...newLogIns(), adminEmail: `admin@${shortName}.liaison.local` };
  await makeOrganization(database, { name, shortName }, logIns);
  return { name, shortName, ...logIns };
}

const operator = (orgId: string): Author => ({ orgId, homeOrgId: orgId, clientId: NOBODY, userId: undefined, correlationId: randomUUID() });
const NOBODY = '00000000-0000-0000-0000-000000000000';

const EVERYTHING = { size: 10_000, offset: 0 };

export async function users(database: Database, orgId: string): Promise<Wire['User'][]> {
  const found = await listUsers(database.tenant(orgId), orgId, { divisions: null, state: undefined, ids: undefined, descending: false }, EVERYTHING);
  return (JSON.parse(found.entities) as Wire['User'][]).filter((user) => user.state !== 'deleted');
}

export async function roles(database: Database, orgId: string): Promise<Wire['DomainOrganizationRole'][]> {
  const found = await listRoles(
    database.tenant(orgId),
    orgId,
    { ids: undefined, nameKey: undefined, defaults: undefined, permissions: undefined, count: true },
    EVERYTHING,
  );
  return JSON.parse(found.entities);
}

export async function clients(database: Database, orgId: string): Promise<Wire['OAuthClient'][]> {
  return JSON.parse((await listClients(database.tenant(orgId), orgId, EVERYTHING)).entities);
}

/** @returns the new user, with the password where none was given */
export async function createUser(
  database: Database,
  orgId: string,
  wanted: { email: string; name?: string | undefined; role?: string | undefined; password?: string | undefined },
) {
  if (!/^[^\s@]+@[^\s@]+$/.test(wanted.email)) throw new Unworkable(`"${wanted.email}" is no e-mail address.`);
  const door = database.tenant(orgId);
  const role = wanted.role === undefined ? undefined : await findRole(database, orgId, wanted.role);
  const made = wanted.password === undefined ? randomBytes(15).toString('base64url') : undefined;
  const id = newId();
  const name = wanted.name ?? wanted.email;
  const passwordHash = await hashPassword(wanted.password ?? (made as string));
  const user = {
    id,
    divisionId: await homeDivision(door, orgId),
    name,
    nameKey: fold(name),
    email: wanted.email,
    title: undefined,
    department: undefined,
    state: 'active',
    passwordHash,
  };
  const author = operator(orgId);
  const pairs = role ? [{ roleId: role.id as string, divisionId: UNASSIGNED }] : [];
  await door
    .flight([insertUser(orgId, user), ...recordUsers(author, 'create', [id]), ...addSteps(author, { id, type: 'PC_USER' }, pairs)])
    .catch((error: { code?: string }) => {
      throw error.code === '23505' ? new Unworkable(`There is a user ${wanted.email} already.`) : error;
    });
  return { id, name, email: wanted.email, ...(made === undefined ? {} : { password: made }) };
}

/** Gives a user a password and ends what was got by the old one. @returns the password where none was given */
export async function setUserPassword(database: Database, orgId: string, email: string, password: string | undefined) {
  const user = await findUser(database, orgId, email);
  const door = database.tenant(orgId);
  if ((await storedUser(door, orgId, user.id))?.cloned) throw new Unworkable(`${email} stands for a user of another organization, who signs in there.`);
  const made = password === undefined ? randomBytes(15).toString('base64url') : undefined;
  const hash = await hashPassword(password ?? (made as string));
  const steps = [setPassword(orgId, user.id, hash), ...deleteUserTokens(orgId, user.id), ...recordUsers(operator(orgId), 'update', [user.id])];
  await createChanges(() => undefined).send(door, orgId, steps);
  return { id: user.id, email: user.email, ...(made === undefined ? {} : { password: made }) };
}

async function findUser(database: Database, orgId: string, email: string): Promise<Wire['User'] & { id: string }> {
  const user = (await users(database, orgId)).find((candidate) => candidate.email?.toLowerCase() === email.toLowerCase());
  if (!user) throw new Unworkable(`There is no user ${email}.`);
  return user as Wire['User'] & { id: string };
}

export interface NewClient {
  name: string;
  role?: string | undefined;
  division?: string | undefined;
  grantType: string;
  redirectUris: string[];
}

/** @returns the client with its secret, which is shown this once */
export async function createClient(database: Database, orgId: string, wanted: NewClient) {
  const id = newId();
  const secret = makeSecret();
  const role = wanted.role === undefined ? undefined : await findRole(database, orgId, wanted.role);
  const pairs = role ? [{ roleId: role.id as string, divisionId: await findDivision(database, orgId, wanted.division) }] : [];
  const fields = {
    name: wanted.name,
    nameKey: fold(wanted.name),
    description: undefined,
    grantType: wanted.grantType,
    redirectUris: wanted.redirectUris,
    scopes: [],
    validitySeconds: undefined,
    state: undefined,
    by: undefined,
  };
  const author = operator(orgId);
  const granting = addSteps(author, { id, type: 'PC_OAUTH_CLIENT' }, pairs);
  await database.tenant(orgId).flight([insertClient(orgId, id, digest(secret), fields), ...granting, ...recordClient(author, 'create', id)]);
  return { clientId: id, clientSecret: secret, name: wanted.name, grantType: wanted.grantType, role: role?.name ?? null };
}

/** @param permissions `domain:entity:action`, each part of which may be `*` */
export async function createRole(database: Database, orgId: string, wanted: { name: string; description: string | undefined; permissions: string[] }) {
  const wrong = wanted.permissions.find((permission) => !/^[^:\s]+:[^:\s]+:[^:\s]+$/.test(permission));
  if (wrong !== undefined) throw new Unworkable(`"${wrong}" is no permission; one is written domain:entity:action.`);
  const policies = wanted.permissions.map((permission) => {
    const [domain, entityName, action] = permission.split(':') as [string, string, string];
    return { domain, entityName, actionSet: [action] };
  });
  const id = newId();
  const fields = { name: wanted.name, nameKey: fold(wanted.name), description: wanted.description, policies, permissions: [] };
  await database
    .tenant(orgId)
    .flight([insertRole(orgId, id, fields), ...recordRoles(operator(orgId), 'create', [id])])
    .catch((error: { code?: string }) => {
      throw error.code === '23505' ? new Unworkable(`There is a role "${wanted.name}" already.`) : error;
    });
  return { id, name: wanted.name, permissions: wanted.permissions.join(', ') };
}

/** @param subject a user's e-mail address, a client's name, or the id of either or of a group */
export async function grantRole(database: Database, orgId: string, roleName: string, subject: string, division: string | undefined) {
  const role = await findRole(database, orgId, roleName);
  const found = await findSubject(database, orgId, subject);
  const divisionId = await findDivision(database, orgId, division);
  const door = database.tenant(orgId);
  await createChanges(() => undefined).make(door, orgId, async () => addSteps(operator(orgId), found, [{ roleId: role.id as string, divisionId }]));
  return { role: role.name, subject: found.name, division: divisionId === UNASSIGNED ? '*' : divisionId };
}

/**
 * A token of a user, to act at home or in the target, without a password.
 * @param asked the client it is made with, by default the organization's oldest
 */
export async function userToken(database: Database, orgId: string, email: string, target: string | undefined, asked: string | undefined) {
  const user = await findUser(database, orgId, email);
  const client = (await clients(database, orgId))
    .sort((a, b) => ((a.id as string) < (b.id as string) ? -1 : 1))
    .find(({ id }) => asked === undefined || id === asked);
  if (!client) throw new Unworkable(`There is no client "${asked}" in the organization of the user.`);
  const targetOrgId = target === undefined ? orgId : (await organization(database, target)).id;
  const wish = { homeOrgId: orgId, userId: user.id, client: { orgId, id: client.id as string }, correlationId: randomUUID() };
  const made = await issueActingToken(database, wish, targetOrgId);
  if (!made) throw new Unworkable('The user or the client is not active, or no trust in force lets the user into that organization.');
  return { access_token: made.token, token_type: 'bearer', expires_in: made.lifeSeconds };
}

async function findRole(database: Database, orgId: string, asked: string): Promise<Wire['DomainOrganizationRole']> {
  const all = await roles(database, orgId);
  const role = all.find(({ id, name, defaultRoleId }) => id === asked || defaultRoleId === asked || fold(name ?? '') === fold(asked));
  if (role) return role;
  throw new Unworkable(`There is no role "${asked}". There are: ${all.map(({ name }) => name).join(', ')}.`);
}

async function findDivision(database: Database, orgId: string, asked = '*'): Promise<string> {
  if (asked === '*') return UNASSIGNED;
  const { entities } = await listDivisions(database.tenant(orgId), orgId, { ids: undefined, nameKey: undefined, counts: false }, EVERYTHING);
  const all = JSON.parse(entities) as Wire['AuthzDivision'][];
  const division = all.find(({ id, name }) => id === asked || fold(name ?? '') === fold(asked));
  if (division) return division.id as string;
  throw new Unworkable(`There is no division "${asked}". There are: *, ${all.map(({ name }) => name).join(', ')}.`);
}

async function findSubject(database: Database, orgId: string, asked: string): Promise<Subject> {
  const byId: boolean = isId(asked);
  const ids = byId
    ? [asked]
    : [
        ...(await users(database, orgId)).filter(({ email }) => email?.toLowerCase() === asked.toLowerCase()).map(({ id }) => id as string),
        ...(await clients(database, orgId)).filter(({ name }) => name === asked).map(({ id }) => id as string),
      ];
  const found = await findSubjects(database.tenant(orgId), orgId, ids);
  if (found.length === 1) return found[0] as Subject;
  throw new Unworkable(found.length === 0 ? `There is no user, client or group "${asked}".` : `"${asked}" is the name of several; give an id.`);
}
