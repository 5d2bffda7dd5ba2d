import type { Client } from '@temporalio/client';
import { Pool } from 'pg';
import { readConfig, type Config } from '../../config';
import { openFileMasterKeyStore } from '../../security/master-key/file-master-key-store';
import type { MasterKeyStore } from '../../security/master-key/master-key-store';
import type { Environment } from '../../setting';
import { createTemporalClient } from '../../temporal/connection';

/** What a check of a restored installation reads. Unlike a server's, it makes no key where one is missing. */
export interface Installation {
  readonly pool: Pool;
  readonly keysPool: Pool;
  readonly masterKeys: MasterKeyStore;
  readonly temporal: Client;
  readonly config: Config;
  close(): Promise<void>;
}

/** @throws MasterKeyFileRefused */
export async function openInstallation(environment: Environment): Promise<Installation> {
  const config = readConfig(environment);
  const masterKeys = await openFileMasterKeyStore(config.masterKeyFile);
  // A whole tenant is repaired in one transaction: the time limits of a request would not do.
  const [pool, keysPool] = [config.databaseUrl, config.keysDatabaseUrl].map((connectionString) => {
    const opened = new Pool({ connectionString, max: 4, connectionTimeoutMillis: 10_000 });
    opened.on('error', () => undefined);
    return opened;
  }) as [Pool, Pool];
  const temporal = createTemporalClient({}, 'restore-check');
  return {
    pool,
    keysPool,
    masterKeys,
    temporal,
    config,
    async close() {
      await Promise.all([pool.end(), keysPool.end()]);
      await temporal.connection.close();
    },
  };
}
