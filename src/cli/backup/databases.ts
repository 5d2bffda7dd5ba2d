import { readFile } from 'node:fs/promises';
import type { MigrationSet } from '../../persistence/migrate';
import { ConfigInvalid, type Environment } from '../../setting';
import { keysDatabaseOf, mainDatabaseOf } from '../named-database';

/** The two databases of an installation, by URL. */
export type Databases = Readonly<Record<MigrationSet, string>>;

/** DATABASE_URL and KEYS_DATABASE_URL alone: who copies databases needs no master key. */
export function databasesOf(environment: Environment): Databases {
  return { main: mainDatabaseOf(environment).url, keys: keysDatabaseOf(environment).url };
}

export const readyFileOption = {
  flags: '--ready-file <file>',
  help: 'take the addresses of the databases and of Temporal from the ready file of npm start',
} as const;

/**
 * The environment, with what the ready file of `npm start` says in place of what it names.
 *
 * @throws {ConfigInvalid} when there is no such file.
 */
export async function environmentOf(
  environment: Environment,
  readyFile: string | undefined,
): Promise<Environment> {
  if (readyFile === undefined) return environment;
  const text = await readFile(readyFile, 'utf8').catch(() => undefined);
  const ready = text === undefined ? undefined : parsed(text);
  if (ready === undefined)
    throw new ConfigInvalid(
      `${readyFile} is no ready file: start with npm start -- --ready-file ${readyFile}, and leave it running.`,
    );
  return {
    ...environment,
    DATABASE_URL: ready.databaseUrl,
    KEYS_DATABASE_URL: ready.keysDatabaseUrl,
    TEMPORAL_ADDRESS: ready.temporalAddress,
    ...(ready.masterKeyFile === undefined ? {} : { MFAFLOW_MASTER_KEY_FILE: ready.masterKeyFile }),
  };
}

interface Ready {
  readonly databaseUrl: string;
  readonly keysDatabaseUrl: string;
  readonly temporalAddress: string;
  /** Of `npm start -- --stores-only`. */
  readonly masterKeyFile?: string;
}

function parsed(text: string): Ready | undefined {
  try {
    const ready = JSON.parse(text) as Partial<Ready> | null;
    const found = [ready?.databaseUrl, ready?.keysDatabaseUrl, ready?.temporalAddress];
    return found.every((value) => typeof value === 'string') ? (ready as Ready) : undefined;
  } catch {
    return undefined;
  }
}
