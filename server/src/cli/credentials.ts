// Which server the command line speaks to, and as whom: what is said in its options, else in the environment, else by the
// first start of a server on this machine.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Config } from '../config.ts';
import { Misspoken, type Options } from './options.ts';

export interface FirstRun {
  url: string;
  clientId: string;
  clientSecret: string;
}

export interface Credentials {
  /** Without a slash at its end. */
  url: string;
  token?: string;
  clientId?: string;
  clientSecret?: string;
}

/** @param advice what to say instead, where there is no such file @throws Misspoken */
export function readFirstRun({ dataDir }: Config, advice: string): FirstRun {
  const file = join(resolve(dataDir), 'first-run.json');
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Misspoken(`${advice}: ${file} cannot be read (${(error as { code?: string }).code ?? 'it is no JSON'}).`);
  }
}

/** @throws Misspoken where something is missing, with how to say it */
export function credentialsOf(options: Options, env: Record<string, string | undefined>, config: Config): Credentials {
  const said = options.url ?? (env.LIAISON_URL || undefined);
  const url = (said ?? readFirstRun(config, 'Say where the server is, by --url or LIAISON_URL').url).replace(/\/+$/, '');
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? '')) throw new Misspoken(`"${url}" is no http or https URL.`);
  return { url, ...secretsOf(options, env, config, url) };
}

function secretsOf(options: Options, env: Record<string, string | undefined>, config: Config, url: string): Omit<Credentials, 'url'> {
  const [id, secret] = [options['client-id'], options['client-secret']];
  if (options.token !== undefined) return { token: options.token };
  if (id === undefined && secret === undefined && env.LIAISON_TOKEN) return { token: env.LIAISON_TOKEN };
  const clientId = id ?? (env.LIAISON_CLIENT_ID || undefined);
  const clientSecret = secret ?? (env.LIAISON_CLIENT_SECRET || undefined);
  if (clientId !== undefined && clientSecret !== undefined) return { clientId, clientSecret };
  if (clientId !== undefined || clientSecret !== undefined)
    throw new Misspoken('A client has an id and a secret: give --client-id and --client-secret, or LIAISON_CLIENT_ID and LIAISON_CLIENT_SECRET.');
  const known = readFirstRun(config, WHO);
  // The first client may do everything: its secret is for its own server, and not told to another one.
  if (URL.parse(known.url)?.hostname !== URL.parse(url)?.hostname) throw new Misspoken(`${WHO}: first-run.json is of ${known.url}, not of ${url}.`);
  return { clientId: known.clientId, clientSecret: known.clientSecret };
}

const WHO = 'Say who asks, by --client-id and --client-secret, by --token, or by LIAISON_CLIENT_ID and LIAISON_CLIENT_SECRET or LIAISON_TOKEN';
