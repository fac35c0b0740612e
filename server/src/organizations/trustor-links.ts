// Binds an external organization to the trustor it stands for: another organization of this server that granted this
// one access. Only a trust makes the other organization visible here at all.
import type { Door, Step } from '../db/database.ts';
import { sql } from '../db/sql.ts';
import { type Action, authorValue, changeColumns, doneBy, holdStep } from '../families/changes.ts';
import { guarded } from '../families/guarded.ts';
import { refuse } from '../http/errors.ts';
import type { Author, Principal } from '../http/principal.ts';
import type { TrustDoor } from '../trusts/index.ts';

/** @throws Refusal 404 without such a trust, 409 where the trustor is bound to another organization */
export async function linkTrustor(door: Door, trusts: TrustDoor, author: Author, organizationId: string, trustorId: string): Promise<string> {
  const { orgId } = author;
  if (!(await trusts.isTrustor(orgId, trustorId))) throw refuse('not.found');
  const taken = async () => {
    const rows = await door.rows(sql`select 1 from trustor_links l where l.org_id = $1 and l.trustor_org_id = $2 and l.external_organization_id <> $3`, [
      orgId,
      trustorId,
      organizationId,
    ]);
    return rows.length > 0 ? refuse('conflict', { params: { reason: 'The trustor is bound to another external organization.' } }) : refuse('not.found');
  };
  const results = await guarded(
    door,
    [
      [
        sql`insert into trustor_links (org_id, external_organization_id, trustor_org_id, created_at) values ($1, $2, $3, now())
          on conflict (org_id, external_organization_id) do update set trustor_org_id = excluded.trustor_org_id, created_at = excluded.created_at`,
        [orgId, organizationId, trustorId],
      ],
      ...recordSteps(author, 'create', organizationId),
    ],
    taken,
  ).catch(async (error: { code?: string }) => {
    if (error.code === '23505') throw await taken();
    throw error;
  });
  return results.at(-1)?.[0]?.body as string;
}

/** @returns whether there was a link */
export async function unlinkTrustor(door: Door, author: Author, organizationId: string): Promise<boolean> {
  const results = await door.flight([
    ...recordSteps(author, 'delete', organizationId),
    [
      sql`delete from trustor_links l where l.org_id = $1 and l.external_organization_id = $2 returning l.external_organization_id`,
      [author.orgId, organizationId],
    ],
  ]);
  return results.at(-1)?.length === 1;
}

/** Which of the organizations are bound to a trustor. */
export async function linkedTo(door: Door, orgId: string, organizationIds: string[]): Promise<string[]> {
  const rows = await door.rows<{ id: string }>(
    sql`select l.external_organization_id as id from trustor_links l where l.org_id = $1 and l.external_organization_id = any ($2::uuid[]) order by l.created_at`,
    [orgId, organizationIds],
  );
  return rows.map(({ id }) => id);
}

/** The link of one organization goes over to another that has none. */
export const handOverLinkSteps = (author: Author, from: string, to: string): Step[] => [
  ...recordSteps(author, 'delete', from),
  [sql`update trustor_links l set external_organization_id = $3 where l.org_id = $1 and l.external_organization_id = $2`, [author.orgId, from, to]],
  ...recordSteps(author, 'create', to),
];

/** The link as a change of its organization; answers with its body. */
function recordSteps(author: Author, action: Action, organizationId: string): Step[] {
  return [
    holdStep(author.orgId),
    [
      sql`insert into changes as c (${changeColumns})
        select $1, 'trustorLink', o.id, ${doneBy}, o.division_id, null,
          json_build_object('division', json_build_object('id', wire_division(o.division_id)), 'externalOrganizationId', o.id,
            'trustorOrgId', l.trustor_org_id, 'dateCreated', wire_date(l.created_at),
            'externalOrganizationUri', '/api/v2/externalcontacts/organizations/' || o.id)
        from (select $3::text as action, $4::uuid[] as author) done, trustor_links l
          join external_organizations o on o.org_id = $1 and o.id = l.external_organization_id
        where l.org_id = $1 and l.external_organization_id = $2
        returning c.body::text as body`,
      [author.orgId, organizationId, action, authorValue(author)],
    ],
  ];
}

interface Link {
  external_organization_id: string;
  trustor_org_id: string;
}

/** The organizations bound to the trustors, in the trustors' order. */
export async function linkedOrganizations(door: Door, orgId: string, trustorIds: string[]): Promise<string[]> {
  const links = await door.rows<Link>(
    sql`select l.external_organization_id, l.trustor_org_id from unnest($2::uuid[]) with ordinality wanted (id, at)
      join trustor_links l on l.org_id = $1 and l.trustor_org_id = wanted.id order by wanted.at`,
    [orgId, trustorIds],
  );
  return links.map((link) => link.external_organization_id);
}

/** Puts `trustor` into the given organizations (parsed bodies) where they have one and the trust still stands. */
export async function embedTrustors(door: Door, trusts: TrustDoor, caller: Principal, organizations: { id: string; trustor?: object }[]): Promise<void> {
  const links = await door.rows<Link>(
    sql`select l.external_organization_id, l.trustor_org_id from trustor_links l where l.org_id = $1 and l.external_organization_id = any ($2::uuid[])`,
    [caller.orgId, organizations.map(({ id }) => id)],
  );
  if (links.length === 0) return;
  const trustors = new Map(
    (
      await trusts.trustorsOf(
        caller,
        links.map((link) => link.trustor_org_id),
      )
    ).map((trustor) => [trustor.id, trustor]),
  );
  const byOrganization = new Map(links.map((link) => [link.external_organization_id, trustors.get(link.trustor_org_id)]));
  for (const organization of organizations) {
    const trustor = byOrganization.get(organization.id);
    if (trustor) organization.trustor = trustor;
  }
}
