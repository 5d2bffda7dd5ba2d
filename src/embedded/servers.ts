import { loadClientConfigProfile } from '@temporalio/envconfig';
import { besideKeysUrl } from '../config';
import { EmbeddedError } from './embedded-error';

/** A Postgres server of the operator's own. */
export interface ConfiguredDatabases {
  readonly databaseUrl: string;
  readonly keysDatabaseUrl: string;
}

/**
 * `DATABASE_URL` and `KEYS_DATABASE_URL`; the latter is a database `<name>_keys` on the same server unless set.
 *
 * @returns `undefined` when Postgres is to be started here.
 * @throws {EmbeddedError} `option_invalid`.
 */
export function configuredDatabases(env: NodeJS.ProcessEnv): ConfiguredDatabases | undefined {
  const [databaseUrl, keysDatabaseUrl] = [env['DATABASE_URL'] ?? '', env['KEYS_DATABASE_URL'] ?? ''];
  if (databaseUrl === '') return undefined;
  for (const [variable, url] of Object.entries({
    DATABASE_URL: databaseUrl,
    KEYS_DATABASE_URL: keysDatabaseUrl,
  })) {
    if (url !== '') assertNamesDatabase(variable, url);
  }
  return {
    databaseUrl,
    keysDatabaseUrl: keysDatabaseUrl === '' ? besideKeysUrl(databaseUrl) : keysDatabaseUrl,
  };
}

/** The URL holds a password and stays out of the message. */
function assertNamesDatabase(variable: string, databaseUrl: string): void {
  if (URL.canParse(databaseUrl) && new URL(databaseUrl).pathname.length > 1) return;
  throw new EmbeddedError(
    'option_invalid',
    `${variable} is no postgres://user:password@host:port/database: correct it or unset it.`,
  );
}

/** The database that a URL names. */
export function databaseName(databaseUrl: string): string {
  return decodeURIComponent(new URL(databaseUrl).pathname.slice(1));
}

export interface ConfiguredTemporal {
  readonly address: string;
  readonly namespace: string;
}

/**
 * The Temporal server that the environment or a Temporal configuration file names (`TEMPORAL_ADDRESS`, `TEMPORAL_PROFILE`).
 *
 * @returns `undefined` when the dev server is to be started here.
 */
export function configuredTemporal(env: NodeJS.ProcessEnv): ConfiguredTemporal | undefined {
  const set = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const profile = loadClientConfigProfile({ overrideEnvVars: Object.fromEntries(set) });
  if (profile.address === undefined || profile.address === '') return undefined;
  return { address: profile.address, namespace: profile.namespace ?? 'default' };
}

/** The environment without the settings of another Temporal server: its TLS and API key would not fit the one started here. */
export function withoutTemporalSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('TEMPORAL_')));
}
