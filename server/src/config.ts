// What the environment may set. Read once, here, into one frozen object.
import ipaddr from 'ipaddr.js';

export interface Config {
  readonly host: string;
  readonly port: number;
  /** The operator's own PostgreSQL; without it, an embedded one in the data folder is used. */
  readonly databaseUrl: string | undefined;
  readonly dataDir: string;
  /** A place for files that is not the data folder. */
  readonly files: S3Place | undefined;
  /** How the server names itself in links it prints: http://host:port unless LIAISON_PUBLIC_URL says otherwise. */
  readonly publicUrl: string | undefined;
  readonly logLevel: string;
  /** Requests a minute and token; 0 switches the limit off. */
  readonly requestsPerMinute: number;
  /** Connections to the database, for each of the two doors. */
  readonly databaseConnections: number;
  readonly tenancy: 'session' | 'transaction';
  /** Origins that browsers may call from: `*` or a comma-separated list. */
  readonly corsOrigins: readonly string[];
  /** Reverse proxies that are believed for whom they ask: addresses, and networks as address/bits. Those on this machine are anyway. */
  readonly trustedProxies: readonly string[];
  /** Whether webhooks may lead to loopback, private and other addresses that are not public. */
  readonly webhookPrivateTargets: boolean;
  /** The pause before a failed delivery is tried a second time. */
  readonly webhookRetryMs: number;
  /** Tries until a delivery is given up. */
  readonly webhookAttempts: number;
  /** How long a pairing request may be used. */
  readonly pairingHours: number;
  /** Ids of organizations that support others, which trust them without a pairing. */
  readonly careOrganizations: readonly string[];
  /** Ids of organizations of whoever operates the server: only these see how it is doing as a whole. None for the only one there is. */
  readonly operators: readonly string[];
  /** What programs that watch the server say at /metrics; without one, it is not there. */
  readonly metricsToken: string | undefined;
  /** Hold every reply against the contract. For tests. */
  readonly checkReplies: boolean;
}

export interface S3Place {
  readonly bucket: string;
  /** Before each key, without slashes around it; may be empty. */
  readonly prefix: string;
  /** Of a service that is not AWS. */
  readonly endpoint: string | undefined;
  readonly region: string | undefined;
}

/** @throws Error with one sentence that names the variable, its value and what it takes. */
export function readConfig(env: Record<string, string | undefined>): Config {
  const set = (name: string) => (env[name] === '' ? undefined : env[name]);
  return Object.freeze({
    host: set('HOST') ?? '127.0.0.1',
    port: wholeNumber('PORT', set('PORT'), 8080, 0, 65_535),
    databaseUrl: set('DATABASE_URL'),
    dataDir: set('LIAISON_DATA_DIR') ?? './data',
    files: filesPlace(set('LIAISON_FILES'), set('LIAISON_S3_ENDPOINT'), set('AWS_REGION')),
    publicUrl: set('LIAISON_PUBLIC_URL')?.replace(/\/+$/, ''),
    logLevel: oneOf('LIAISON_LOG_LEVEL', set('LIAISON_LOG_LEVEL'), ['info', 'trace', 'debug', 'warn', 'error', 'fatal', 'silent']),
    requestsPerMinute: wholeNumber('LIAISON_RATE_LIMIT', set('LIAISON_RATE_LIMIT'), 300, 0, 1_000_000_000),
    databaseConnections: wholeNumber('LIAISON_DATABASE_CONNECTIONS', set('LIAISON_DATABASE_CONNECTIONS'), 8, 1, 1000),
    tenancy: oneOf('LIAISON_TENANCY', set('LIAISON_TENANCY'), ['session', 'transaction'] as const),
    corsOrigins: (set('LIAISON_CORS_ORIGINS') ?? '*').split(',').map((origin) => origin.trim()),
    trustedProxies: networks('LIAISON_TRUSTED_PROXIES', set('LIAISON_TRUSTED_PROXIES')),
    webhookPrivateTargets: oneOf('LIAISON_WEBHOOK_PRIVATE_TARGETS', set('LIAISON_WEBHOOK_PRIVATE_TARGETS'), ['no', 'yes'] as const) === 'yes',
    webhookRetryMs: wholeNumber('LIAISON_WEBHOOK_RETRY_MS', set('LIAISON_WEBHOOK_RETRY_MS'), 5000, 1, 3_600_000),
    webhookAttempts: wholeNumber('LIAISON_WEBHOOK_ATTEMPTS', set('LIAISON_WEBHOOK_ATTEMPTS'), 12, 1, 100),
    pairingHours: wholeNumber('LIAISON_PAIRING_HOURS', set('LIAISON_PAIRING_HOURS'), 48, 1, 8760),
    careOrganizations: ids('LIAISON_CARE_ORGANIZATIONS', set('LIAISON_CARE_ORGANIZATIONS')),
    operators: ids('LIAISON_OPERATORS', set('LIAISON_OPERATORS')),
    metricsToken: secret('LIAISON_METRICS_TOKEN', set('LIAISON_METRICS_TOKEN')),
    checkReplies: oneOf('LIAISON_CHECK_REPLIES', set('LIAISON_CHECK_REPLIES'), ['no', 'yes'] as const) === 'yes',
  });
}

function filesPlace(place: string | undefined, endpoint: string | undefined, region: string | undefined): S3Place | undefined {
  if (endpoint !== undefined && !/^https?:$/.test(URL.parse(endpoint)?.protocol ?? ''))
    throw new Error(`LIAISON_S3_ENDPOINT is "${endpoint}"; it takes an http or https URL.`);
  if (place === undefined) return undefined;
  const [, bucket, prefix = ''] = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/+(.*?))?\/*$/.exec(place) ?? [];
  if (bucket === undefined) throw new Error(`LIAISON_FILES is "${place}"; it takes s3://bucket or s3://bucket/prefix.`);
  return { bucket, prefix, endpoint, region };
}

function wholeNumber(name: string, value: string | undefined, fallback: number, least: number, most: number): number {
  if (value === undefined) return fallback;
  const number = /^\d+$/.test(value) ? Number(value) : Number.NaN;
  if (!(number >= least && number <= most)) throw new Error(`${name} is "${value}"; it takes a whole number from ${least} to ${most}.`);
  return number;
}

const listed = (value = ''): string[] =>
  value
    .split(',')
    .map((item) => item.trim().toLowerCase())
    .filter((item) => item !== '');

function networks(name: string, value: string | undefined): string[] {
  const found = listed(value);
  const wrong = found.find((network) => !ipaddr.isValid(network) && !ipaddr.isValidCIDR(network));
  if (wrong !== undefined) throw new Error(`${name} has "${wrong}"; it takes network addresses such as 10.0.0.1 or 10.0.0.0/8, separated by commas.`);
  return found;
}

function ids(name: string, value: string | undefined): string[] {
  const found = listed(value);
  const wrong = found.find((id) => !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id));
  if (wrong !== undefined) throw new Error(`${name} has "${wrong}"; it takes ids of organizations, separated by commas.`);
  return found;
}

/** The fault does not repeat it. */
function secret(name: string, value: string | undefined): string | undefined {
  if (value !== undefined && !/^[!-~]{16,}$/.test(value)) throw new Error(`${name} takes at least 16 printable ASCII characters without spaces.`);
  return value;
}

/** The first of the values is the default. */
function oneOf<const T extends string>(name: string, value: string | undefined, values: readonly T[]): T {
  const found = value === undefined ? values[0] : values.find((candidate) => candidate === value);
  if (found === undefined) throw new Error(`${name} is "${value}"; it takes one of: ${values.join(', ')}.`);
  return found;
}
