export type DatabaseFaultCode =
  | 'clock_off'
  | 'database_disk_full'
  | 'database_forbidden'
  | 'database_missing'
  | 'database_not_migrated'
  | 'database_unusable'
  | 'postgres_full'
  | 'postgres_login_refused'
  | 'postgres_starting'
  | 'postgres_tls'
  | 'postgres_too_old'
  | 'postgres_unreachable';

/** A database that mfaflow cannot work with; the message is one sentence that says how to mend it, without a password. */
export class DatabaseFault extends Error {
  readonly code: DatabaseFaultCode;
  override readonly name = 'DatabaseFault';

  constructor(code: DatabaseFaultCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

/** A database by the variable that names it. */
export interface NamedDatabase {
  readonly variable: 'DATABASE_URL' | 'KEYS_DATABASE_URL';
  readonly url: string;
}

/** `host:port` of a URL, which shows neither user nor password. */
export function serverOf({ url }: NamedDatabase): string {
  if (!URL.canParse(url)) return 'its address';
  const { hostname, port, searchParams } = new URL(url);
  const host = hostname === '' ? (searchParams.get('host') ?? 'localhost') : hostname;
  return `${host}:${port === '' ? '5432' : port}`;
}

type Words = (server: string, variable: string, name: string, code: string) => string;

const unreachable: Words = (server, variable, _name, code) =>
  `Postgres cannot be reached at ${server} (${code}): start it, or correct ${variable}.`;
const loginRefused: Words = (server, variable) =>
  `Postgres at ${server} refuses the user or the password of ${variable}: correct them, or its pg_hba.conf.`;
const tls: Words = (server, variable, _name, code) =>
  `The TLS connection to Postgres at ${server} failed (${code}): correct its certificate, or sslmode and sslrootcert in ${variable}.`;
const notMigrated: Words = (server, _variable, name) =>
  `The database ${name} at ${server} was not brought to this release: run npm run migrate.`;

/** By the error of Node or the SQLSTATE (appendix A of the Postgres manual). */
const faults: Readonly<Record<string, readonly [DatabaseFaultCode, Words]>> = {
  ...Object.fromEntries(
    [
      'ECONNREFUSED',
      'ECONNRESET',
      'EHOSTUNREACH',
      'ENETUNREACH',
      'ENOTFOUND',
      'EAI_AGAIN',
      'ETIMEDOUT',
      'ENOENT',
      'EPIPE',
      'no answer',
    ].map((code) => [code, ['postgres_unreachable', unreachable]]),
  ),
  ...Object.fromEntries(
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'SELF_SIGNED_CERT_IN_CHAIN', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE']
      .concat(['CERT_HAS_EXPIRED', 'ERR_TLS_CERT_ALTNAME_INVALID', 'no TLS'])
      .map((code) => [code, ['postgres_tls', tls]]),
  ),
  '28P01': ['postgres_login_refused', loginRefused],
  '28000': ['postgres_login_refused', loginRefused],
  'no password': ['postgres_login_refused', loginRefused],
  '3D000': [
    'database_missing',
    (server, variable, name) =>
      `There is no database ${name} at ${server}: create it (CREATE DATABASE, see docs/operations.md), or correct ${variable}.`,
  ],
  '42P01': ['database_not_migrated', notMigrated],
  '42703': ['database_not_migrated', notMigrated],
  '42883': ['database_not_migrated', notMigrated],
  '42501': [
    'database_forbidden',
    (server, variable, name) =>
      `The user of ${variable} lacks rights in the database ${name} at ${server}: make it the owner of the database.`,
  ],
  '25006': [
    'database_unusable',
    (server, variable) =>
      `Postgres at ${server} takes no writes (a standby, or read-only): let ${variable} name the primary.`,
  ],
  '53100': [
    'database_disk_full',
    (server) => `The disk of Postgres at ${server} is full: make room there, then start again.`,
  ],
  '53300': [
    'postgres_full',
    (server) =>
      `Postgres at ${server} has no connection left: raise its max_connections, or lower MFAFLOW_DATABASE_POOL.`,
  ],
  '57P03': [
    'postgres_starting',
    (server) => `Postgres at ${server} is starting up or shutting down: start again when it answers.`,
  ],
};

/** What pg says in words only. */
const wordings: readonly (readonly [RegExp, string])[] = [
  [/timeout|terminated|timed out/i, 'no answer'],
  [/SASL|password must be a string/i, 'no password'],
  [/does not support SSL/i, 'no TLS'],
];

/** The fault behind an error that a connection or a query threw; one that is a fault already comes back as it is. */
export function databaseFault(error: unknown, database: NamedDatabase): Error {
  if (error instanceof DatabaseFault) return error;
  const name = URL.canParse(database.url)
    ? decodeURIComponent(new URL(database.url).pathname.slice(1))
    : 'that it names';
  const found = codeOf(error);
  const fault = found === undefined ? undefined : faults[found];
  if (fault !== undefined) {
    const [code, words] = fault;
    return new DatabaseFault(code, words(serverOf(database), database.variable, name, found ?? ''), error);
  }
  const said = messageOf(error).split('\n', 1)[0] ?? '';
  return new DatabaseFault(
    'database_unusable',
    `The database ${name} at ${serverOf(database)} cannot be used (${said}): mend it, or correct ${database.variable}.`,
    error,
  );
}

function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  if (code !== undefined && code in faults) return code;
  return wordings.find(([wording]) => wording.test(messageOf(error)))?.[1] ?? code;
}

/** Asked of the value itself, whatever realm it is from. */
function messageOf(error: unknown): string {
  const hasMessage = typeof error === 'object' && error !== null && 'message' in error;
  return hasMessage ? String(error.message) : String(error);
}
