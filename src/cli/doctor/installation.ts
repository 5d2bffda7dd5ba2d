import type { Client } from '@temporalio/client';
import { Pool } from 'pg';
import { besideKeysUrl, settings } from '../../config';
import type { NamedDatabase } from '../../persistence/database-fault';
import { createDataKeys, type DataKeys } from '../../security/data-keys';
import { openFileMasterKeyStore } from '../../security/master-key/file-master-key-store';
import type { MasterKeyStore } from '../../security/master-key/master-key-store';
import type { Environment } from '../../setting';
import { createTemporalClient } from '../../temporal/connection';
import { readNamespace } from '../../temporal/namespace-check';
import { PrerequisiteMissing } from './prerequisite';

type Settings = typeof settings;
type Value<Name extends keyof Settings> = ReturnType<Settings[Name]['read']>;

/** Every question to a database ends within this. */
const LIMIT_MS = 5_000;

/**
 * The installation that an environment describes. Each part is opened when it is first asked for; one that cannot be
 * opened is a missing prerequisite to all checks but the one that is about it.
 */
export class Installation {
  readonly environment: Environment;
  /** Where `npm start` keeps its data, if it is used here. */
  readonly dataFolder: string;
  readonly #parts = new Map<string, Promise<unknown>>();
  readonly #closers: (() => Promise<void>)[] = [];

  constructor(environment: Environment, dataFolder: string) {
    this.environment = environment;
    this.dataFolder = dataFolder;
  }

  /** @throws {PrerequisiteMissing} when that variable is wrong, whatever the others are. */
  setting<Name extends keyof Settings>(name: Name): Value<Name> {
    try {
      return settings[name].read(this.environment) as Value<Name>;
    } catch (error) {
      throw new PrerequisiteMissing(`${settings[name].name} is not right`, { cause: error });
    }
  }

  get production(): boolean {
    return this.environment['NODE_ENV'] === 'production';
  }

  mainDatabase(): NamedDatabase {
    return { variable: 'DATABASE_URL', url: this.setting('databaseUrl') };
  }

  keysDatabase(): NamedDatabase {
    const url = this.setting('keysDatabaseUrl') ?? besideKeysUrl(this.setting('databaseUrl'));
    if (!URL.canParse(url)) throw new PrerequisiteMissing('KEYS_DATABASE_URL is not right');
    return { variable: 'KEYS_DATABASE_URL', url };
  }

  /** A pool that was never used: what is wrong with the database shows at the first query. */
  open({ url }: NamedDatabase): Pool {
    const pool = new Pool({
      connectionString: url,
      max: 3,
      connectionTimeoutMillis: LIMIT_MS,
      query_timeout: LIMIT_MS,
      statement_timeout: LIMIT_MS,
    });
    pool.on('error', () => undefined);
    this.#closers.push(() => pool.end());
    return pool;
  }

  /** The main database, migrated. @throws {PrerequisiteMissing} */
  main(): Promise<Pool> {
    return this.#part('main', 'the main database cannot be used', async () => {
      const pool = this.open(this.mainDatabase());
      await pool.query('SELECT FROM signing_keys LIMIT 1');
      return pool;
    });
  }

  /** The keys database, migrated. @throws {PrerequisiteMissing} */
  keys(): Promise<Pool> {
    return this.#part('keys', 'the keys database cannot be used', async () => {
      const pool = this.open(this.keysDatabase());
      await pool.query('SELECT FROM data_keys LIMIT 1');
      return pool;
    });
  }

  /** @throws {PrerequisiteMissing} */
  masterKeys(): Promise<MasterKeyStore> {
    return this.#part('master keys', 'the master key file cannot be used', () =>
      openFileMasterKeyStore(this.setting('masterKeyFile')),
    );
  }

  /** @throws {PrerequisiteMissing} */
  dataKeys(): Promise<DataKeys> {
    return this.#part('data keys', 'the data keys cannot be read', async () =>
      createDataKeys({ pool: await this.keys(), masterKeys: await this.masterKeys() }),
    );
  }

  /** A client whose server and namespace are not known to answer. */
  temporalClient(): Client {
    const client = createTemporalClient({}, 'doctor');
    this.#closers.push(() => client.connection.close());
    return client;
  }

  /** Temporal with the namespace. @throws {PrerequisiteMissing} */
  temporal(): Promise<Client> {
    return this.#part('temporal', 'Temporal or its namespace cannot be used', async () => {
      const client = this.temporalClient();
      await readNamespace(client);
      return client;
    });
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#closers.map((close) => close()));
  }

  #part<Part>(name: string, missing: string, open: () => Promise<Part>): Promise<Part> {
    const known = this.#parts.get(name);
    if (known !== undefined) return known as Promise<Part>;
    const opening = open().catch((error: unknown) => {
      throw error instanceof PrerequisiteMissing ? error : new PrerequisiteMissing(missing, { cause: error });
    });
    this.#parts.set(name, opening);
    return opening;
  }
}
