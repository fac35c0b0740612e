// The first lock of tenancy: every statement of the product, found in its source and read by PostgreSQL's own parser,
// names the organization for each relation it touches; and a freshly migrated database takes each of them. (The second
// lock is row-level security: acceptance/src/isolation-rows.test.ts.)
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadModule, parseSync } from 'libpg-query';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Embedded, startEmbedded } from './embedded.ts';
import { migrate, TENANT_ROLE } from './migrate.ts';

/** Statements that run as the owner because there is no organization yet, or more than one, to speak for. */
const SYSTEM_DOOR = [
  { file: 'imports/jobs/store.ts', begins: 'select x.org_id, x.id', why: 'the list of imports to go on with: only ids' },
  { file: 'imports/jobs/store.ts', begins: 'select from import_jobs', why: 'whether there are any, several times a second' },
  { file: 'trusts/store.ts', begins: 'select', why: 'a trust joins two organizations, and is shown to both' },
  { file: 'trusts/members/store.ts', begins: 'select', why: 'members of a trust are users of the other organization' },
  { file: 'trusts/pairings/store.ts', begins: 'select', why: 'a pairing is shown to whoever knows its id' },
  { file: 'trusts/audits/store.ts', begins: 'select', why: 'what acting users did is shown to both organizations' },
  { file: 'access/provision.ts', begins: 'select expect((select count(*) from organizations', why: 'the first organization is made where there is none' },
  { file: 'access/provision.ts', begins: 'insert', why: 'makes an organization, which nobody speaks for yet' },
  { file: 'access/first-run.ts', begins: 'select', why: 'asks whether there is any organization' },
  { file: 'access/administration.ts', begins: 'select', why: "the operator's list of organizations" },
  { file: 'access/federation/store.ts', begins: 'select o.id::text', why: 'sign-in: whoever signs in says in which organization, by its short name' },
  { file: 'access/federation/store.ts', begins: 'select i.org_id', why: 'sign-in: the provider that answers says which organization it is of' },
  { file: 'access/clients/store.ts', begins: 'select c.org_id, c.name, c.secret_hash', why: 'sign-in: the client says which organization it is of' },
  { file: 'access/sign-in/store.ts', begins: 'select u.org_id', why: 'sign-in: who the address may be of, wherever that is' },
  { file: 'access/sign-in/attempts.ts', begins: '', why: 'tries are counted before it is known who is meant, and of which organization' },
  { file: 'access/tokens/store.ts', begins: 'select o.id from organizations', why: 'housekeeping: goes through the organizations one by one' },
  { file: 'access/acting/store.ts', begins: 'select', why: 'acting in another organization hangs on the rows of both, and each is named' },
  {
    file: 'bulk/store.ts',
    begins: 'select distinct on (j.org_id)',
    why: 'the list of bulk jobs to go on with: only ids; all else is read behind their own doors',
  },
  { file: 'subjects/erasures.ts', begins: 'select e.org_id', why: 'the list of what to erase: only ids; all else is read behind their own doors' },
  { file: 'subjects/archives.ts', begins: 'select a.org_id', why: 'the same of archives' },
  {
    file: 'webhooks/queue.ts',
    begins: 'select w.org_id, w.id',
    why: 'the list of what to deliver for, every second: only ids; all else is read behind their own doors',
  },
  { file: 'health/store.ts', begins: 'select q.name, sum', why: 'what waits for all organizations together: for whoever operates the server' },
  { file: 'health/store.ts', begins: 'select o.id from organizations', why: 'whether there is but one organization' },
  { file: 'journeys/segments-store.ts', begins: 'select o.id from organizations', why: 'the list of where segments have lapsed: only ids' },
  { file: 'identity/duplicates/progress.ts', begins: 'select o.id from organizations', why: 'the list of whose records are to be compared: only ids' },
  {
    file: 'exports/store.ts',
    begins: 'select e.org_id as "orgId", e.id from exports e',
    why: 'the list of what is to be written, for the thread of the jobs: only ids',
  },
];

const TEMPLATE = /\bsql`([^`]*)`/g;
const STATEMENT = /^\s*(select|insert|update|delete|with|merge|values|begin|commit|rollback|savepoint|release|set|lock|truncate|copy|notify)\b/i;
const TRANSACTION = /^(begin|commit|rollback|savepoint|release)\b/;
// The kinds of queries in the parser's tree.
const QUERIES = new Set(['SelectStmt', 'InsertStmt', 'UpdateStmt', 'DeleteStmt']);

const SOURCE = new URL('../', import.meta.url);
const MIGRATIONS = new URL('../../migrations/', import.meta.url);

await loadModule();
/** Table → the column that holds its organization. */
const tenantTables = tenantTablesOf(readFolder(MIGRATIONS, /\.sql$/).map(({ text }) => text));
const source = readFolder(SOURCE, /(?<!\.test|\.tmp)\.ts$/);
const found = findStatements(source);

test('the source has statements, tenant tables and no fragment that cannot be resolved', () => {
  expect(found.faults).toEqual([]);
  expect(found.statements.length).toBeGreaterThan(100);
  expect(tenantTables.get('contacts')).toBe('org_id');
  expect(tenantTables.get('organizations')).toBe('id');
});

test('SQL reaches the database as a statement, never as a text put together', () => {
  const others = source
    .filter(({ file }) => !file.startsWith('db/'))
    .flatMap(({ file, text }) => [...text.matchAll(/\.query\((?!`listen ).*/g)].map(([call]) => `${file}: ${call}`));
  expect(others).toEqual([]);
});

test('every statement names the organization for every tenant table it touches', () => {
  const faults = found.statements
    .filter((statement) => !systemDoor(statement))
    .flatMap((statement) => tenancyFaults(statement.text).map((fault) => `${statement.at}: ${fault}`));
  expect(faults).toEqual([]);
});

test('a statement that loses any one of its organizations is caught', () => {
  const escaped: string[] = [];
  let losses = 0;
  for (const { at, text } of found.statements.filter((statement) => !systemDoor(statement))) {
    for (const binding of text.matchAll(/\w+\.org_id = \$1/g)) {
      losses += 1;
      const without = `${text.slice(0, binding.index)}true${text.slice(binding.index + binding[0].length)}`;
      if (tenancyFaults(without).length === 0) escaped.push(`${at} without ${binding[0]} at ${binding.index}`);
    }
  }
  expect(losses).toBeGreaterThan(200);
  expect(escaped).toEqual([]);
});

test('each exception is of a statement that is there', () => {
  expect(SYSTEM_DOOR.filter((door) => !found.statements.some((statement) => systemDoor(statement) === door))).toEqual([]);
});

const BAD = {
  'no organization': 'select c.id from contacts c where c.id = $1',
  'a join without its own': 'select 1 from contacts c join notes n on n.contact_id = c.id where c.org_id = $1',
  'the organization of another relation': 'select 1 from contacts c join notes n on n.org_id = c.org_id where c.org_id = $1',
  'the alias of another relation': 'select 1 from contacts c, contacts d where c.org_id = $1 and c.org_id = $1',
  'no alias': 'select 1 from contacts c where org_id = $1',
  'a literal': "select 1 from contacts c where c.org_id = '00000000-0000-0000-0000-000000000000'",
  'a list': 'select 1 from contacts c where c.org_id = any ($1)',
  'another comparison': 'select 1 from contacts c where c.org_id <> $1',
  'a negation': 'select 1 from contacts c where not (c.org_id = $1)',
  'a way around it': 'select 1 from contacts c where c.org_id = $1 or $2',
  'an outer join that filters the wrong side': 'select 1 from contacts c left join notes n on c.org_id = $1 and n.org_id = $1',
  'a full join': 'select 1 from contacts c full join notes n on c.org_id = $1 and n.org_id = $1',
  'a subselect': 'select (select count(*) from notes n where n.contact_id = c.id) from contacts c where c.org_id = $1',
  'a subselect bound outside': 'select 1 from contacts c where c.org_id = $1 and exists (select from notes c where c.contact_id = $2)',
  'an arm of a union': 'select c.id from contacts c where c.org_id = $1 union all select o.id from external_organizations o where o.id = $2',
  'a CTE': 'with n as (select * from notes) select 1 from contacts c join n on n.contact_id = c.id where c.org_id = $1',
  'a lateral subselect': 'select 1 from contacts c cross join lateral (select from notes n where n.contact_id = c.id) n where c.org_id = $1',
  'two organizations': 'select 1 from contacts c join notes n on n.org_id = $2 where c.org_id = $1',
  'an update': "update contacts c set title = '' where c.id = $1",
  'an update from another table': 'update contacts c set title = n.note_text from notes n where c.org_id = $1 and n.contact_id = c.id',
  'a record that changes its organization': 'update contacts c set org_id = $2 where c.org_id = $1',
  'a delete': 'delete from contacts c where c.id = $1',
  'a delete using another table': 'delete from contacts c using notes n where c.org_id = $1 and n.contact_id = c.id',
  'an insert without': 'insert into notes (id, note_text) values ($1, $2)',
  'an insert without columns': 'insert into notes select $1',
  "an insert of another's": 'insert into notes (org_id, id) select c.org_id, c.id from contacts c where c.org_id = $1',
  'an insert of which one row lacks it': 'insert into notes (org_id, id) values ($1, $2), ($3, $4)',
  'a conflict across organizations': 'insert into notes (org_id, id) values ($1, $2) on conflict (id) do nothing',
  'a conflict that moves': 'insert into notes (org_id, id) values ($1, $2) on conflict (org_id, id) do update set org_id = $1',
  'a merge': 'merge into contacts c using notes n on c.org_id = $1 and n.org_id = $1 when matched then delete',
  'a table that is read and modified': 'with gone as (delete from notes n where n.org_id = $1 returning n.id) select count(*) from notes n where n.org_id = $1',
  'a truncation': 'truncate contacts',
  'a table of the same name': 'with contacts as (select 1) select 1 from contacts c where c.org_id = $1',
  'two statements': 'select 1; select 2',
  'every organization': 'select o.name from organizations o',
  'no SQL': 'selekt 1',
};

describe('the check objects to', () => {
  test.each(Object.entries(BAD))('%s', (_, text) => expect(tenancyFaults(text)).not.toEqual([]));
});

describe('a freshly migrated database', () => {
  let folder: string;
  let server: Embedded;
  let client: Client;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'liaison-statements-'));
    await chmod(folder, 0o755);
    server = await startEmbedded(join(folder, 'postgres'), () => undefined);
    client = new Client(server.connection);
    await client.connect();
    await migrate(client);
  });

  afterAll(async () => {
    await client.end();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test('has the tenant tables that the migrations were read to have', async () => {
    const { rows } = await client.query<{ table_name: string }>(
      "select table_name from information_schema.columns where table_schema = 'public' and column_name = 'org_id'",
    );
    expect([...tenantTables.keys()].filter((table) => table !== 'organizations').sort()).toEqual(rows.map((row) => row.table_name).sort());
  });

  test('takes every statement, as the role that runs it', async () => {
    const refused: string[] = [];
    for (const statement of found.statements.filter(({ text }) => !TRANSACTION.test(text))) {
      await client.query(systemDoor(statement) ? 'reset role' : `set role ${TENANT_ROLE}`);
      try {
        await client.query(`prepare tried as ${statement.text}`);
        await client.query('deallocate tried');
        // Preparing asks for no rights; planning it for execution does.
        await client.query(`explain (generic_plan) ${statement.text}`);
      } catch (error) {
        refused.push(`${statement.at}: ${(error as Error).message}`);
      }
    }
    expect(refused).toEqual([]);
  });
});

// Finding -------------------------------------------------------------------------------------------------------------

interface Found {
  file: string;
  /** File and line. */
  at: string;
  text: string;
}

function systemDoor({ file, text }: Found) {
  return SYSTEM_DOOR.find((door) => door.file === file && text.startsWith(door.begins));
}

/** The files of a folder and its subfolders, in order, by their paths inside it. */
function readFolder(folder: URL, name: RegExp): { file: string; text: string }[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => name.test(file))
    .sort()
    .map((file) => ({ file, text: readFileSync(new URL(file, folder), 'utf8') }));
}

function tenantTablesOf(migrations: string[]): Map<string, string> {
  const tables = new Map<string, string>();
  for (const [, name, columns] of migrations.join('\n').matchAll(/^create table (\w+) \((.*?)^\)/gms))
    if (/^ {2}org_id /m.test(columns as string)) tables.set(name as string, 'org_id');
  for (const [, name] of migrations.join('\n').matchAll(/^alter table (\w+) rename column \w+ to org_id;/gm)) tables.set(name as string, 'org_id');
  return tables.set('organizations', 'id');
}

/**
 * Every template that is a statement, with its fragments put in. A fragment is `const name = sql…`; or one of several, by
 * `const name = …` that has them or takes one from a constant or a function: then the statement counts once for each.
 */
function findStatements(files: { file: string; text: string }[]): { statements: Found[]; faults: string[] } {
  const statements: Found[] = [];
  const faults: string[] = [];
  const used = new Set<string>();
  const named = namedFragments(files, faults);
  const everywhere = files.map(({ text }) => text).join('\n');

  const resolve = (text: string, file: string, at: string): string[] => {
    const hole = /\$\{([^}]*)\}/.exec(text);
    if (!hole) return [text];
    const name = hole[1] as string;
    const known = named.get(name);
    const choices = known === undefined ? choicesOf(name, files.find((candidate) => candidate.file === file)?.text ?? '', everywhere, named) : [known];
    if (choices.length === 0) faults.push(`${at}: nothing says what \${${name}} stands for`);
    return choices.flatMap((choice) => {
      used.add(choice);
      return resolve(`${text.slice(0, hole.index)}${choice}${text.slice(hole.index + hole[0].length)}`, file, at);
    });
  };

  const fragments: { at: string; text: string }[] = [];
  for (const { file, text: content } of files) {
    for (const template of content.matchAll(TEMPLATE)) {
      const text = template[1] as string;
      const at = `${file}:${content.slice(0, template.index).split('\n').length}`;
      if (text.includes('\\')) faults.push(`${at}: a backslash in a statement reads differently to people and to PostgreSQL`);
      if (STATEMENT.test(text) || text.startsWith('${')) for (const whole of resolve(text, file, at)) statements.push({ file, at, text: whole });
      else fragments.push({ at, text });
    }
  }
  for (const { at, text } of fragments) if (!used.has(text)) faults.push(`${at}: no statement has this fragment, so nothing checks it: ${text}`);
  return { statements, faults };
}

function namedFragments(files: { file: string; text: string }[], faults: string[]): Map<string, string> {
  const named = new Map<string, string>();
  for (const { file, text } of files) {
    for (const [, name, fragment] of text.matchAll(/\bconst (\w+)(?:: \w+)? = sql`([^`]*)`/g)) {
      if (named.has(name as string)) faults.push(`${file}: a second fragment is named ${name}`);
      named.set(name as string, fragment as string);
    }
  }
  return named;
}

/** The fragments in what a name of the file is set to: in the expression itself, else in what it picks them from. */
function choicesOf(name: string, content: string, everywhere: string, named: Map<string, string>): string[] {
  const values = [...content.matchAll(new RegExp(`\\bconst ${name} = (.*?);$`, 'gms'))].map(([, value]) => value as string);
  const choices = values.flatMap((value) => {
    const chosen = fragmentsIn(value, named);
    const from = /^(\w+)[[(]/.exec(value)?.[1];
    const definition = from && new RegExp(`\\bconst ${from} = .*?;$|\\bfunction ${from}\\b.*?^}$`, 'ms').exec(`${content}\n${everywhere}`)?.[0];
    return chosen.length === 0 && definition ? fragmentsIn(definition, named) : chosen;
  });
  return [...new Set(choices)];
}

function fragmentsIn(code: string, named: Map<string, string>): string[] {
  const templates = [...code.matchAll(TEMPLATE)].map((template) => template[1] as string);
  return [...templates, ...[...code.replaceAll(TEMPLATE, '').matchAll(/\w+/g)].flatMap(([word]) => named.get(word) ?? [])];
}

// Checking ------------------------------------------------------------------------------------------------------------

// The parser's tree: objects with one key that names the kind, {SelectStmt: {…}}, and lists of them.
interface Tree {
  [key: string]: Tree;
}

interface Relation {
  table: string;
  alias: string;
}

interface Check {
  faults: string[];
  /** The parameters that stand for the organization. */
  parameters: Set<number>;
}

/** What is wrong with a statement; nothing where each tenant table's organization is the same one parameter. */
function tenancyFaults(text: string): string[] {
  let statements: Tree[];
  try {
    statements = (parseSync(text) as unknown as { stmts: { stmt: Tree }[] }).stmts.map(({ stmt }) => stmt);
  } catch (error) {
    return [(error as Error).message];
  }
  const [statement] = statements;
  if (statements.length !== 1 || !statement) return ['one statement at a time'];
  const [kind] = Object.keys(statement) as [string];
  if (kind === 'TransactionStmt') return [];
  if (!QUERIES.has(kind)) return [`${kind} is not for the product`];
  const check: Check = { faults: [], parameters: new Set() };
  visit(statement, check);
  checkModified(statement, check);
  if (check.parameters.size > 1) check.faults.push(`it names several organizations: ${[...check.parameters].map((n) => `$${n}`).join(', ')}`);
  return check.faults;
}

function visit(node: unknown, check: Check): void {
  if (Array.isArray(node)) for (const item of node) visit(item, check);
  else if (typeof node === 'object' && node !== null) {
    for (const [kind, value] of Object.entries(node as Tree)) {
      if (QUERIES.has(kind)) checkQuery(kind, value, check);
      else if (kind === 'MergeStmt') check.faults.push('MERGE is not for the product');
      else visit(value, check);
    }
  }
}

/** One query level: its relations, and the conditions that hold for all of its rows. */
function checkQuery(kind: string, query: Tree, check: Check): void {
  if (kind === 'SelectStmt' && query.larg && query.rarg) {
    checkQuery(kind, query.larg, check);
    checkQuery(kind, query.rarg, check);
    visit({ with: query.withClause ?? [], sort: query.sortClause ?? [], limit: query.limitCount ?? [] }, check);
    return;
  }
  for (const { CommonTableExpr: cte } of list(query.withClause?.ctes)) {
    if (tenantTables.has(String(cte?.ctename))) check.faults.push(`a CTE has the name of the table ${cte?.ctename}`);
  }
  const bound = new Map<string, number>();
  const relations = list(query.fromClause ?? query.usingClause).flatMap((item) => sourcesOf(item, bound, check));
  if (kind === 'InsertStmt') checkInsert(query, check);
  else if (query.relation) relations.push(relationOf(query.relation));
  bind(query.whereClause, relations, bound);
  for (const { table, alias } of relations) {
    const key = tenantTables.get(table);
    const parameter = key && bound.get(`${alias}.${key}`);
    if (key && parameter === undefined) check.faults.push(`${table} ${alias} lacks ${alias}.${key} = $1`);
    if (parameter) check.parameters.add(parameter);
  }
  if (kind === 'UpdateStmt') checkAssignments(query.relation, query.targetList, check);
  visit(query, check);
}

/** The relations of a FROM item; what its ON conditions bind is noted. */
function sourcesOf(item: Tree, bound: Map<string, number>, check: Check): Relation[] {
  if (item.RangeVar) return [relationOf(item.RangeVar)];
  if (item.JoinExpr) {
    const { larg, rarg, quals, jointype } = item.JoinExpr;
    const left = larg ? sourcesOf(larg, bound, check) : [];
    const right = rarg ? sourcesOf(rarg, bound, check) : [];
    const filtered: Record<string, Relation[]> = { JOIN_INNER: [...left, ...right], JOIN_LEFT: right, JOIN_RIGHT: left };
    bind(quals, filtered[String(jointype)] ?? [], bound);
    return [...left, ...right];
  }
  if (!item.RangeSubselect && !item.RangeFunction) check.faults.push(`nothing is known of ${Object.keys(item)} in FROM`);
  return [];
}

const relationOf = (range: Tree): Relation => ({ table: String(range.relname), alias: String(range.alias?.aliasname ?? range.relname) });

/** Notes `alias.column = $n` among the conditions that all must hold. */
function bind(condition: Tree | undefined, relations: Relation[], bound: Map<string, number>): void {
  if (!condition) return;
  if (condition.BoolExpr && String(condition.BoolExpr.boolop) === 'AND_EXPR') for (const part of list(condition.BoolExpr.args)) bind(part, relations, bound);
  const compared = condition.A_Expr;
  if (!compared || String(compared.kind) !== 'AEXPR_OP' || operatorOf(compared) !== '=') return;
  for (const [column, value] of [
    [compared.lexpr, compared.rexpr],
    [compared.rexpr, compared.lexpr],
  ]) {
    const [alias, name] = list(column?.ColumnRef?.fields).map((field) => String(field.String?.sval));
    const parameter = parameterOf(value);
    if (name !== undefined && parameter !== undefined && relations.some((relation) => relation.alias === alias)) bound.set(`${alias}.${name}`, parameter);
  }
}

const operatorOf = (compared: Tree) =>
  list(compared.name)
    .map((part) => String(part.String?.sval))
    .join('.');

const parameterOf = (value: Tree | undefined): number | undefined => {
  const number: unknown = value?.ParamRef?.number ?? value?.TypeCast?.arg?.ParamRef?.number;
  return typeof number === 'number' ? number : undefined;
};

/** org_id stands among the columns, is a parameter in every row, belongs to the conflict's key, and never changes. */
function checkInsert(query: Tree, check: Check): void {
  const table = String(query.relation?.relname);
  const key = tenantTables.get(table);
  if (key === undefined) return;
  const at = list(query.cols).findIndex((column) => String(column.ResTarget?.name) === key);
  if (at < 0) check.faults.push(`an insert into ${table} lacks ${key}`);
  const select = query.selectStmt?.SelectStmt;
  const rows = select?.valuesLists
    ? list(select.valuesLists).map((row) => list(row.List?.items))
    : [list(select?.targetList).map((target) => target.ResTarget?.val)];
  for (const row of rows) {
    const parameter = parameterOf(row[at]);
    if (parameter === undefined) check.faults.push(`an insert into ${table} takes its ${key} from elsewhere than a parameter`);
    else check.parameters.add(parameter);
  }
  const conflict = query.onConflictClause;
  const keys = list(conflict?.infer?.indexElems).map((element) => String(element.IndexElem?.name));
  if (conflict?.infer && !keys.includes(key)) check.faults.push(`a conflict on ${table} is looked for in all organizations`);
  checkAssignments(query.relation, conflict?.targetList, check);
}

function checkAssignments(relation: Tree | undefined, targets: Tree | undefined, check: Check): void {
  const table = String(relation?.relname);
  if (list(targets).some((target) => tenantTables.has(table) && String(target.ResTarget?.name) === tenantTables.get(table)))
    check.faults.push(`a row of ${table} changes its organization`);
}

/** What a CTE modifies, nothing else of the statement may touch: it would see the rows as they were. */
function checkModified(statement: Tree, check: Check): void {
  const tables: string[] = [];
  const modified = new Set<string>();
  const walk = (node: unknown, inside: string) => {
    if (Array.isArray(node)) for (const item of node) walk(item, inside);
    else if (typeof node === 'object' && node !== null) {
      for (const [key, value] of Object.entries(node as Tree)) {
        if (key === 'lockedRels') continue;
        if (key === 'RangeVar' || key === 'relation') tables.push(String(value.relname));
        if (inside === 'ctequery' && QUERIES.has(key) && key !== 'SelectStmt') modified.add(String(value.relation?.relname));
        walk(value, key);
      }
    }
  };
  walk(statement, '');
  for (const table of modified) if (tables.filter((name) => name === table).length > 1) check.faults.push(`${table} is modified in a CTE and touched again`);
}

function list(value: Tree | undefined): Tree[] {
  return (value ?? []) as unknown as Tree[];
}
