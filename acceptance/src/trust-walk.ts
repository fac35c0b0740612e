// What the walks through the contract need of trusts: organizations on the other side, whose users and groups the
// requests name. They are put into the database, because no operation makes an organization.
import { randomBytes, randomUUID } from 'node:crypto';
import type { Bodies, Cast, Given, Position, Trail } from './contract-bodies.ts';
import type { DatabaseOf } from './database-of.ts';

export interface TrustWorld {
  given: Given;
  bodies: Bodies;
  /** Ids that belong together, by the folder that they lead into: as many trusts on either side. */
  chains(count: number): Promise<[folder: string, path: Record<string, string>][]>;
  /** Makes the organization a client of the support organization, which there has to be. */
  makeCare(): Promise<void>;
}

/** Starts a server that has a support organization, once it is made. */
export const CARE = { LIAISON_CARE_ORGANIZATIONS: '0190ca4e-0000-7000-8000-000000000000' };

/** A password of whoever changes his own, and as the server keeps it. */
const PASSWORD = 'correct horse battery';
const PASSWORD_HASH = '$argon2id$v=19$m=19456,t=2,p=1$QKUw25QKRhCZU/glcZcRLg$Fcitinfy/Qb4rBCjj6uKvgg62qQ7YAsRdN202xBzWgo';

/** @param division of the native users that stand for users of trustees; by default the home division */
export function trustWorld({ client }: Pick<DatabaseOf, 'client'>, orgId: string, word: string, division?: string): TrustWorld {
  const run = async (text: string, ...values: unknown[]) => (await client.query(text, values)).rows;
  const all = 'org_id, id, division_id, name, name_key, email, email_key, created_at, modified_at';
  const makeUser = async (org: string, into?: string) => {
    const id = randomUUID();
    const found = into ?? (await run('select id from divisions where org_id = $1 and home', org))[0]?.id;
    await run(`insert into users (${all}) values ($1, $2, $3, $4, $4, $5, $5, now(), now())`, org, id, found, `${word} ${id}`, `${id}@example.com`);
    return id;
  };
  const makeGroup = async (org: string) => {
    const id = randomUUID();
    await run('insert into groups (org_id, id, name, name_key, created_at, modified_at) values ($1, $2, $3, $3, now(), now())', org, id, `${word} ${id}`);
    return id;
  };
  const makeOrganization = async (id = randomUUID() as string, name = `${word} ${id}`) => {
    await run(
      'insert into organizations (id, name, short_name, domain, word_prefix, signing_key, created_at, modified_at) values ($1, $2, $3, $3, $3, $4, now(), now()) on conflict do nothing',
      id,
      name,
      id,
      randomBytes(32),
    );
    await run(
      "insert into divisions (org_id, id, name, name_key, home, created_at) values ($1, $2, 'Home', 'home', true, now()) on conflict do nothing",
      id,
      randomUUID(),
    );
    return id;
  };
  const addMember = (trustor: string, trustee: string, id: string, type: string) =>
    run('insert into trust_members (org_id, trustee_org_id, subject_id, subject_type, created_at) values ($1, $2, $3, $4, now())', trustor, trustee, id, type);
  const addClone = async (trustor: string, trustee: string, user: string) =>
    run(
      'insert into cloned_users (org_id, trustee_org_id, trustee_user_id, user_id, created_at) values ($1, $2, $3, $4, now())',
      trustor,
      trustee,
      user,
      await makeUser(trustor, trustor === orgId ? division : undefined),
    );

  const makeTrust = (trustor: string, trustee: string) =>
    run('insert into trusts (org_id, trustee_org_id, created_at) values ($1, $2, now())', trustor, trustee);
  const makeTrustee = async () => {
    const id = await makeOrganization();
    await makeTrust(orgId, id);
    return id;
  };
  const grant = (org: string, user: string, role: string) =>
    run(
      `insert into grants (org_id, subject_id, subject_type, role_id, division_id, granted_at)
       values ($1, $2, 'PC_USER', $3, '00000000-0000-0000-0000-000000000000', now())`,
      org,
      user,
      role,
    );
  /** The oldest users of the organization may do everything there. */
  const makeTrustor = async () => {
    const [id, role] = [await makeOrganization(), randomUUID()];
    await makeTrust(id, orgId);
    await run(
      `insert into roles (org_id, id, name, name_key, policies, created_at, modified_at)
       values ($1, $2, 'All', 'all', '[{"domain": "*", "entityName": "*", "actionSet": ["*"]}]', now(), now())`,
      id,
      role,
    );
    // Somebody must be left who may do everything.
    await grant(id, await makeUser(id), role);
    const oldest = await run("select id from users where org_id = $1 and state = 'active' order by created_at, id limit 5", orgId);
    for (const user of oldest) {
      await addMember(id, orgId, user.id, 'PC_USER');
      await grant(id, user.id, role);
    }
    return id;
  };

  const member = async (kind: 'user' | 'group', near = '', path: Record<string, string> = {}) => {
    const asTrustee = near.includes('/trustors/');
    const trustor = asTrustee ? (path.trustorOrgId as string) : orgId;
    const trustee = asTrustee ? orgId : (path.trusteeOrgId ?? (await makeTrustee()));
    const id = kind === 'user' ? await makeUser(trustee) : await makeGroup(trustee);
    await addMember(trustor, trustee, id, kind === 'user' ? 'PC_USER' : 'PC_GROUP');
    // Putting a clone makes it; all else about clones needs one.
    if (kind === 'user' && (near.includes('/clonedusers/') || !asTrustee)) await addClone(trustor, trustee, id);
    return id;
  };

  /** Somebody of the trustee with a role in a division, as a body names a new member; `at` is where it stands in the body. */
  const newMember = async (cast: Cast, trustee: string, kind: 'user' | 'group', at: Trail, positions: Position[]) => {
    const [roleId, divisionId] = [await cast.id('role'), await cast.id('division')];
    const position = (noun: string, ...trail: Trail) => positions.push({ where: 'body', trail: [...at, ...trail], noun });
    position(kind === 'user' ? 'trusteeUser' : 'trusteeGroup', 'id');
    position('role', 'roleIds', 0);
    position('role', 'roleDivisions', 'grants', 0, 'roleId');
    position('division', 'roleDivisions', 'grants', 0, 'divisionId');
    const id = kind === 'user' ? await makeUser(trustee) : await makeGroup(trustee);
    return { id, roleIds: [roleId], roleDivisions: { grants: [{ roleId, divisionId }] } };
  };

  return {
    given: {
      trustor: makeTrustor,
      trustee: makeTrustee,
      trusteeUser: (near, path) => member('user', near, path),
      trusteeGroup: (near, path) => member('group', near, path),
      trustorGroup: (near, path) => member('group', near, path),
    },
    async chains(count) {
      const [trustees, trustors] = ['/api/v2/orgauthorization/trustees', '/api/v2/orgauthorization/trustors'];
      const made: [string, Record<string, string>][] = [];
      for (let i = 0; i < count; i += 1) {
        const [trusteeOrgId, trustorOrgId] = [await makeTrustee(), await makeTrustor()];
        const trusteeUserId = await member('user', '', { trusteeOrgId });
        const trusteeGroupId = await member('group', '', { trusteeOrgId });
        made.push([trustees, { trusteeOrgId }], [trustors, { trustorOrgId }]);
        for (const folder of ['users', 'clonedusers']) made.push([`${trustees}/{trusteeOrgId}/${folder}`, { trusteeOrgId, trusteeUserId }]);
        made.push([`${trustees}/{trusteeOrgId}/groups`, { trusteeOrgId, trusteeGroupId }]);
        const ownUserId = await member('user', `${trustors}/clonedusers/`, { trustorOrgId });
        const trustorGroupId = await member('group', `${trustors}/`, { trustorOrgId });
        for (const folder of ['users', 'clonedusers']) made.push([`${trustors}/{trustorOrgId}/${folder}`, { trustorOrgId, trusteeUserId: ownUserId }]);
        made.push([`${trustors}/{trustorOrgId}/groups`, { trustorOrgId, trustorGroupId }]);
      }
      return made;
    },
    makeCare: async () => {
      await makeTrust(orgId, await makeOrganization(CARE.LIAISON_CARE_ORGANIZATIONS, 'Support'));
    },
    bodies: {
      postOrgauthorizationTrustees: async (cast, { positions }) => {
        const [trustee, pairingId] = [await makeOrganization(), randomUUID()];
        await run(
          "insert into pairings (org_id, id, user_ids, group_ids, created_at, expires_at) values ($1, $2, '{}', '{}', now(), now() + interval '1 hour')",
          trustee,
          pairingId,
        );
        return { pairingId, enabled: true, users: [await newMember(cast, trustee, 'user', ['users', 0], positions)] };
      },
      postOrgauthorizationTrusteeUsers: (cast, { path, positions }) => newMember(cast, path.trusteeOrgId as string, 'user', [], positions),
      postUsersMePassword: async () => {
        await run('update users set password_hash = $2 where org_id = $1', orgId, PASSWORD_HASH);
        return { oldPassword: PASSWORD, newPassword: PASSWORD };
      },
      postOrgauthorizationTrusteeGroups: (cast, { path, positions }) => newMember(cast, path.trusteeOrgId as string, 'group', [], positions),
    },
  };
}
