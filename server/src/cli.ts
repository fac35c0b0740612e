#!/usr/bin/env node
// The command line: what an operator does without a token. It uses the store of a running server, or opens it for as
// long as the command takes.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { administration } from './access/index.ts';
import { type Config, readConfig } from './config.ts';
import type { Database } from './db/database.ts';
import { borrowStore } from './db/open.ts';

const HELP = `liaison: administration without a token

  liaison org create NAME                 a new organization, with an administrator and a client
  liaison org list
  liaison user create EMAIL [--name NAME] [--role ROLE] [--password PASSWORD]
  liaison user list
  liaison role create NAME --permission DOMAIN:ENTITY:ACTION … [--description TEXT]
  liaison role list
  liaison role grant ROLE SUBJECT [--division DIVISION]
  liaison client create NAME [--role ROLE] [--division DIVISION] [--grant TYPE] [--redirect-uri URI …]
  liaison client list
  liaison token [CLIENT_ID [CLIENT_SECRET]]   a token; without a secret, of the first client
  liaison token [CLIENT_ID] --user EMAIL [--target ORGANIZATION]   a token of a user, to act there

  --org SHORT_NAME   which organization, where there are several
  --json             the answer as JSON
  --help             this text

A ROLE is a name or an id; a SUBJECT is a user's e-mail address, a client's name, or an id; a DIVISION is a name, an id
or * for all, which is the default; an ORGANIZATION is a short name or an id. Configuration comes from the environment, as for the server.

Examples
  npm run liaison -- user create ann@example.com --name "Ann Lee" --role Agent
  npm run liaison -- client create "CRM sync" --role "Contact Manager"
  npm run liaison -- role grant Admin ann@example.com --division Home
  curl -H "Authorization: Bearer $(npm run -s liaison -- token)" http://localhost:8080/api/v2/organizations/me
`;

/** The words cannot be understood: exit 2. */
class Misspoken extends Error {}

const OPTIONS = {
  org: { type: 'string' },
  name: { type: 'string' },
  role: { type: 'string' },
  password: { type: 'string' },
  permission: { type: 'string', multiple: true },
  description: { type: 'string' },
  division: { type: 'string' },
  grant: { type: 'string' },
  user: { type: 'string' },
  target: { type: 'string' },
  'redirect-uri': { type: 'string', multiple: true },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

type Options = ReturnType<typeof read>['values'];
type Command = (database: Database, words: string[], options: Options, config: Config) => Promise<unknown>;

const inOrganization = async (database: Database, options: Options) => (await administration.organization(database, options.org)).id;

/** Words → how many more words they take, the options they know, and what they do. */
const COMMANDS: Record<string, { least: number; most: number; options: (keyof Options)[]; run: Command }> = {
  'org create': { least: 1, most: 1, options: [], run: (database, [name]) => administration.createOrganization(database, name as string) },
  'org list': { least: 0, most: 0, options: [], run: (database) => administration.organizations(database) },
  'user create': {
    least: 1,
    most: 1,
    options: ['name', 'role', 'password'],
    run: async (database, [email], options) =>
      administration.createUser(database, await inOrganization(database, options), {
        email: email as string,
        name: options.name,
        role: options.role,
        password: options.password,
      }),
  },
  'user list': {
    least: 0,
    most: 0,
    options: [],
    run: async (database, _, options) =>
      (await administration.users(database, await inOrganization(database, options))).map(({ id, email, name, state }) => ({ id, email, name, state })),
  },
  'role create': {
    least: 1,
    most: 1,
    options: ['permission', 'description'],
    run: async (database, [name], { permission = [], description, ...options }) => {
      if (permission.length === 0) throw new Misspoken('"role create" takes at least one --permission.');
      return administration.createRole(database, await inOrganization(database, options), { name: name as string, description, permissions: permission });
    },
  },
  'role list': {
    least: 0,
    most: 0,
    options: [],
    run: async (database, _, options) =>
      (await administration.roles(database, await inOrganization(database, options))).map(({ id, name, userCount, description }) => ({
        id,
        name,
        userCount,
        description,
      })),
  },
  'role grant': {
    least: 2,
    most: 2,
    options: ['division'],
    run: async (database, [role, subject], options) =>
      administration.grantRole(database, await inOrganization(database, options), role as string, subject as string, options.division),
  },
  'client create': { least: 1, most: 1, options: ['role', 'division', 'grant', 'redirect-uri'], run: createClient },
  'client list': {
    least: 0,
    most: 0,
    options: [],
    run: async (database, _, options) =>
      (await administration.clients(database, await inOrganization(database, options))).map(({ id, name, authorizedGrantType, state }) => ({
        id,
        name,
        authorizedGrantType,
        state,
      })),
  },
  token: { least: 0, most: 2, options: ['user', 'target'], run: token },
};

const GRANT_TYPES = ['CLIENT_CREDENTIALS', 'CODE', 'TOKEN', 'PKCE'];

async function createClient(database: Database, [name]: string[], options: Options): Promise<unknown> {
  const grantType = (options.grant ?? 'CLIENT_CREDENTIALS').toUpperCase().replaceAll('-', '_');
  if (!GRANT_TYPES.includes(grantType)) throw new Misspoken(`--grant is "${options.grant}"; it takes one of: ${GRANT_TYPES.join(', ')}.`);
  const wanted = { name: name as string, role: options.role, division: options.division, grantType, redirectUris: options['redirect-uri'] ?? [] };
  return administration.createClient(database, await inOrganization(database, options), wanted);
}

async function token(database: Database, [id, secret]: string[], options: Options, config: Config): Promise<unknown> {
  if (options.user !== undefined) return administration.userToken(database, await inOrganization(database, options), options.user, options.target, id);
  const known = secret === undefined ? firstClient(config) : undefined;
  if (known && id !== undefined && id !== known.clientId) throw new Misspoken('Give the secret too: only that of the first client is in first-run.json.');
  return administration.issueToken(database, known?.clientId ?? (id as string), known?.clientSecret ?? (secret as string));
}

function firstClient(config: Config): { clientId: string; clientSecret: string } {
  const file = join(resolve(config.dataDir), 'first-run.json');
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Misspoken(`Give a client id and its secret: ${file} cannot be read (${(error as { code?: string }).code ?? 'it is no JSON'}).`);
  }
}

function read(words: string[]) {
  return parseArgs({ args: words, options: OPTIONS, allowPositionals: true });
}

function understand(args: string[]) {
  let parsed: ReturnType<typeof read>;
  try {
    parsed = read(args);
  } catch (error) {
    throw new Misspoken((error as Error).message);
  }
  const { values: options, positionals } = parsed;
  const name = positionals[0] === 'token' ? 'token' : positionals.slice(0, 2).join(' ');
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command) throw new Misspoken(`"${name}" is no command. There are: ${Object.keys(COMMANDS).join(', ')}.`);
  const words = positionals.slice(name.split(' ').length);
  if (words.length < command.least || words.length > command.most)
    throw new Misspoken(
      `"${name}" takes ${command.least === command.most ? command.least : `${command.least} to ${command.most}`} more words, and got ${words.length}.`,
    );
  for (const option of Object.keys(options) as (keyof Options)[]) {
    if (!['org', 'json', ...command.options].includes(option)) throw new Misspoken(`"${name}" takes no --${option}.`);
  }
  return { name, command, words, options };
}

function show(name: string, result: unknown, asJson: boolean): string {
  if (asJson) return JSON.stringify(result, null, 2);
  if (name === 'token') return (result as { access_token: string }).access_token;
  if (!Array.isArray(result))
    return Object.entries(result as object)
      .map(([key, value]) => `${key.padEnd(15)} ${value ?? ''}`)
      .join('\n');
  return result
    .map((row: object) =>
      Object.values(row)
        .map((value) => value ?? '')
        .join('  '),
    )
    .join('\n');
}

async function main(args: string[]): Promise<void> {
  if (args.length === 0 || args.includes('--help') || args.includes('-h')) {
    console.log(HELP);
    return;
  }
  const { name, command, words, options } = understand(args);
  const config = readConfig(process.env);
  const store = await borrowStore(config);
  try {
    console.log(show(name, await command.run(store.database, words, options, config), options.json ?? false));
  } finally {
    await store.close();
  }
}

main(process.argv.slice(2)).catch((error: Error) => {
  console.error(error instanceof Misspoken ? `${error.message} "liaison --help" shows what there is.` : error.message);
  process.exit(error instanceof Misspoken ? 2 : 1);
});
