#!/usr/bin/env node
// The command line. What an operator does without a token uses the store of a running server, or opens it for as long as
// the command takes; files go in and out by a running server's API.
import { administration } from './access/index.ts';
import { readFirstRun } from './cli/credentials.ts';
import { EXPORT_HELP, exportFile } from './cli/export.ts';
import { IMPORT_HELP, importFile } from './cli/import.ts';
import { Misspoken, type Options, readWords } from './cli/options.ts';
import { RESTORE_HELP, restoreFiles } from './cli/restore.ts';
import { type Config, readConfig } from './config.ts';
import type { Database } from './db/database.ts';
import { borrowStore } from './db/open.ts';

const HELP = `liaison: files in and out, and administration without a token

  liaison import FILE                     a CSV file into the directory of a running server
  liaison export [contacts|organizations|notes|organization-notes|relationships]
                                          records of a running server as a file
  liaison restore FILE…                   NDJSON exports, as new records of a running server
                                          (with --help, each of the three says more of itself)

  liaison org create NAME                 a new organization, with an administrator and a client
  liaison org list
  liaison user create EMAIL [--name NAME] [--role ROLE] [--password PASSWORD]
  liaison user password EMAIL [--password PASSWORD]   a new password; without one, one is made
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

type Command = (database: Database, words: string[], options: Options, config: Config) => Promise<unknown>;
/** Speaks to a running server, and to whoever is at the terminal. @returns the exit code */
type ClientCommand = (words: string[], options: Options, config: Config) => Promise<number>;

interface Entry {
  /** How many more words it takes. */
  least: number;
  most: number;
  options: readonly (keyof Options)[];
}

const inOrganization = async (database: Database, options: Options) => (await administration.organization(database, options.org)).id;

const SERVER = ['url', 'token', 'client-id', 'client-secret', 'division', 'json'] as const;
const CLIENT_COMMANDS: Record<string, Entry & { help: string; run: ClientCommand }> = {
  import: {
    least: 0,
    most: 1,
    options: [...SERVER, 'source', 'map', 'match', 'merge', 'settings', 'dry-run', 'yes', 'rejects', 'follow', 'undo'],
    help: IMPORT_HELP,
    run: importFile,
  },
  export: { least: 0, most: 1, options: [...SERVER, 'format', 'gzip', 'filter', 'output'], help: EXPORT_HELP, run: exportFile },
  restore: { least: 1, most: 100, options: [...SERVER, 'replace', 'rejects'], help: RESTORE_HELP, run: restoreFiles },
};

const COMMANDS: Record<string, Entry & { run: Command }> = {
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
  'user password': {
    least: 1,
    most: 1,
    options: ['password'],
    run: async (database, [email], options) =>
      administration.setUserPassword(database, await inOrganization(database, options), email as string, options.password),
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
      administration.grantRole(database, await inOrganization(database, options), role as string, subject as string, options.division?.at(-1)),
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
  const wanted = { name: name as string, role: options.role, division: options.division?.at(-1), grantType, redirectUris: options['redirect-uri'] ?? [] };
  return administration.createClient(database, await inOrganization(database, options), wanted);
}

async function token(database: Database, [id, secret]: string[], options: Options, config: Config): Promise<unknown> {
  if (options.user !== undefined) return administration.userToken(database, await inOrganization(database, options), options.user, options.target, id);
  const known = secret === undefined ? readFirstRun(config, 'Give a client id and its secret') : undefined;
  if (known && id !== undefined && id !== known.clientId) throw new Misspoken('Give the secret too: only that of the first client is in first-run.json.');
  return administration.issueToken(database, known?.clientId ?? (id as string), known?.clientSecret ?? (secret as string));
}

/** @throws Misspoken */
function understand(args: string[]) {
  const { values: options, positionals } = readWords(args);
  const [first = ''] = positionals;
  const name = Object.hasOwn(CLIENT_COMMANDS, first) || first === 'token' ? first : positionals.slice(0, 2).join(' ');
  const client = Object.hasOwn(CLIENT_COMMANDS, name) ? CLIENT_COMMANDS[name] : undefined;
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  const entry = client ?? command;
  if (!entry) throw new Misspoken(`"${name}" is no command. There are: ${Object.keys({ ...CLIENT_COMMANDS, ...COMMANDS }).join(', ')}.`);
  const words = positionals.slice(name.split(' ').length);
  if (words.length < entry.least || words.length > entry.most)
    throw new Misspoken(`"${name}" takes ${entry.least === entry.most ? entry.least : `${entry.least} to ${entry.most}`} more words, and got ${words.length}.`);
  const known = command ? ['org', 'json', ...command.options] : entry.options;
  for (const option of Object.keys(options)) if (!known.includes(option as never)) throw new Misspoken(`"${name}" takes no --${option}.`);
  return { name, client, command, words, options };
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

async function main(args: string[]): Promise<number> {
  if (args.length === 0 || args.includes('--help') || args.includes('-h')) {
    console.log(CLIENT_COMMANDS[args[0] ?? '']?.help ?? HELP);
    return 0;
  }
  const { name, client, command, words, options } = understand(args);
  const config = readConfig(process.env);
  if (client) return client.run(words, options, config);
  const store = await borrowStore(config);
  try {
    console.log(show(name, await command?.run(store.database, words, options, config), options.json ?? false));
    return 0;
  } finally {
    await store.close();
  }
}

const args = process.argv.slice(2);
main(args).then(
  (code) => {
    process.exitCode = code;
  },
  (error: Error) => {
    const help = Object.hasOwn(CLIENT_COMMANDS, args[0] ?? '') ? `liaison ${args[0]} --help` : 'liaison --help';
    console.error(error instanceof Misspoken ? `${error.message} "${help}" shows what there is.` : error.message);
    process.exit(error instanceof Misspoken ? 2 : 1);
  },
);
