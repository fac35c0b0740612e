// The schema that the migrations make, read back from the catalogs of a fresh embedded database and written as text
// that stays the same from run to run: a migration's review shows its result.
//
//   npm run schema              writes server/schema.sql
//   npm run schema -- --check   fails where it differs, or where a database upgraded one migration at a time does
//
// The file is for reading and comparing; pg_dump, which would write a loadable one, does not come with the embedded
// database.
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Client } from 'pg';
import { startEmbedded } from '../server/src/db/embedded.ts';
import { migrate } from '../server/src/db/migrate.ts';

const SERVER = new URL('../server/', import.meta.url);
const FILE = new URL('schema.sql', SERVER);

async function main(check: boolean): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'liaison-schema-'));
  // Where this runs as root, the database runs as somebody else and has to get in.
  chmodSync(folder, 0o755);
  try {
    const fresh = await withDatabase(join(folder, 'fresh'), async (client) => {
      await migrate(client);
      return schemaText(client);
    });
    if (!check) {
      writeFileSync(FILE, fresh);
      return true;
    }
    const upgraded = await upgradeStepwise(folder);
    return [same('server/schema.sql', readFileSync(FILE, 'utf8'), fresh), same('a database upgraded one migration at a time', upgraded, fresh)].every(Boolean);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One migration, a restart of the database, the next one: as somebody who followed every release. */
async function upgradeStepwise(folder: string): Promise<string> {
  const migrations = readdirSync(new URL('migrations/', SERVER)).sort();
  let text = '';
  for (const [i] of migrations.entries()) {
    const past = await migrateOf(join(folder, `version-${i + 1}`), migrations.slice(0, i + 1));
    text = await withDatabase(join(folder, 'upgraded'), async (client) => {
      const applied = await past(client);
      if (applied.join() !== migrations[i]) throw new Error(`${migrations[i]} should have been applied, and ${applied.join(', ') || 'nothing'} was.`);
      return schemaText(client);
    });
  }
  return text;
}

/** The real migrate(), in a tree of its own that holds these migrations and no others: it looks for them beside itself. */
async function migrateOf(tree: string, migrations: string[]): Promise<typeof migrate> {
  for (const part of ['migrations', 'src/db']) mkdirSync(join(tree, part), { recursive: true });
  for (const name of migrations) cpSync(new URL(`migrations/${name}`, SERVER), join(tree, 'migrations', name));
  const copy = join(tree, 'src/db/migrate.ts');
  cpSync(new URL('src/db/migrate.ts', SERVER), copy);
  return ((await import(pathToFileURL(copy).href)) as { migrate: typeof migrate }).migrate;
}

async function withDatabase<T>(folder: string, work: (client: Client) => Promise<T>): Promise<T> {
  const embedded = await startEmbedded(folder, () => undefined);
  try {
    const client = new Client(embedded.connection);
    await client.connect();
    return await work(client).finally(() => client.end());
  } finally {
    await embedded.stop();
  }
}

function same(name: string, found: string, wanted: string): boolean {
  if (found === wanted) return true;
  const [a, b] = [found.split('\n'), wanted.split('\n')];
  const at = b.findIndex((line, i) => line !== a[i]);
  console.error(`${name} differs from a freshly migrated database from line ${(at < 0 ? b.length : at) + 1} on:`);
  console.error(`  found  ${a[at < 0 ? b.length : at] ?? '(the end)'}\n  wanted ${b[at] ?? '(the end)'}`);
  console.error('If the migration is right, write the file anew with: npm run schema');
  return false;
}

// The catalogs, as text --------------------------------------------------------------------------------------------------

async function schemaText(client: Client): Promise<string> {
  const parts = [HEADER];
  for (const query of [TYPES, TABLES, FUNCTIONS, SCHEMA_GRANTS]) {
    const { rows } = await client.query<{ text: string }>(query);
    parts.push(...rows.map((row) => row.text.trim()));
  }
  return `${parts.join('\n\n')}\n`;
}

const HEADER = `-- The schema after all migrations, in the order of names. Written by "npm run schema"; compared in CI.`;

const TYPES = `
  select format(E'create type %I as (\\n  %s\\n);', t.typname, (
    select string_agg(format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod)), E',\\n  ' order by a.attnum)
    from pg_attribute a where a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped)) as text
  from pg_type t join pg_class c on c.oid = t.typrelid and c.relkind = 'c'
  where t.typnamespace = 'public'::regnamespace order by t.typname`;

// PostgreSQL 18 lists "not null" among the constraints too; the columns say it already.
const TABLES = `
  select concat_ws(E'\\n',
    format(E'create table %I (\\n  %s\\n);', c.relname, concat_ws(E',\\n  ',
      (select string_agg(concat_ws(' ', quote_ident(a.attname), format_type(a.atttypid, a.atttypmod),
          case when a.attcollation <> 0 and a.attcollation <> (select typcollation from pg_type where oid = a.atttypid)
            then 'collate ' || quote_ident((select collname from pg_collation where oid = a.attcollation)) end,
          case when a.attidentity <> '' then case a.attidentity when 'a' then 'generated always as identity' else 'generated by default as identity' end end,
          case when d.oid is not null then case when a.attgenerated <> '' then format('generated always as (%s)', pg_get_expr(d.adbin, d.adrelid))
            else 'default ' || pg_get_expr(d.adbin, d.adrelid) end end,
          case when a.attnotnull then 'not null' end), E',\\n  ' order by a.attnum)
        from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped),
      (select string_agg(format('constraint %I %s', k.conname, pg_get_constraintdef(k.oid)), E',\\n  ' order by k.contype <> 'p', k.conname)
        from pg_constraint k where k.conrelid = c.oid and k.contype <> 'n'))),
    (select string_agg(pg_get_indexdef(i.indexrelid) || ';', E'\\n' order by i.indexrelid::regclass::text)
      from pg_index i where i.indrelid = c.oid and not exists (select from pg_constraint k where k.conindid = i.indexrelid and k.conrelid = c.oid)),
    (select string_agg(pg_get_triggerdef(t.oid) || ';', E'\\n' order by t.tgname) from pg_trigger t where t.tgrelid = c.oid and not t.tgisinternal),
    case when c.relrowsecurity then format('alter table %I enable row level security;', c.relname) end,
    case when c.relforcerowsecurity then format('alter table %I force row level security;', c.relname) end,
    (select string_agg(format('create policy %I on %I as %s for %s to %s%s%s;', p.policyname, p.tablename, lower(p.permissive), lower(p.cmd),
        array_to_string(p.roles, ', '), ' using (' || p.qual || ')', ' with check (' || p.with_check || ')'), E'\\n' order by p.policyname)
      from pg_policies p where p.schemaname = 'public' and p.tablename = c.relname),
    (select string_agg(format('grant %s on %I to %I;', g.privileges, c.relname, g.grantee), E'\\n' order by g.grantee)
      from (select lower(string_agg(x.privilege_type, ', ' order by x.privilege_type)) as privileges, coalesce(r.rolname, 'public') as grantee
        from aclexplode(c.relacl) x left join pg_roles r on r.oid = x.grantee where x.grantee <> c.relowner group by r.rolname) g)) as text
  from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') order by c.relname`;

const FUNCTIONS = `
  select concat_ws(E'\\n', rtrim(pg_get_functiondef(p.oid), E'\\n') || ';',
    (select string_agg(format('grant execute on function %I to %I;', p.proname, coalesce(r.rolname, 'public')), E'\\n' order by r.rolname)
      from aclexplode(p.proacl) x left join pg_roles r on r.oid = x.grantee where x.grantee <> p.proowner)) as text
  from pg_proc p where p.pronamespace = 'public'::regnamespace and p.prokind in ('f', 'p') order by p.proname, p.oid`;

const SCHEMA_GRANTS = `
  select format('grant %s on schema public to %I;', lower(string_agg(x.privilege_type, ', ' order by x.privilege_type)), r.rolname) as text
  from pg_namespace n cross join aclexplode(n.nspacl) x join pg_roles r on r.oid = x.grantee
  where n.nspname = 'public' and r.rolname like 'liaison\\_%' group by r.rolname order by r.rolname`;

process.exitCode = (await main(process.argv.includes('--check'))) ? 0 : 1;
