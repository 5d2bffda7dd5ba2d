import { Pool } from 'pg';
import { pino, type Logger } from 'pino';
import type { Config } from './config';
import { openLogOutput } from './log-output';
import { assertClockFit, assertDatabaseFit } from './persistence/database-fitness';
import { refuseUncheckedRestore } from './persistence/restore-repository';
import { refuseTestRemains } from './production-refusals';
import { createDataKeys } from './security/data-keys';
import { createDataConverter } from './security/data-converter';
import { listenForDestroyedKeys } from './security/key-destruction-listener';
import { deriveDeploymentSecrets } from './security/deployment-secrets';
import { deploymentScope } from './security/key-scope';
import { openFileMasterKeyStore } from './security/master-key/file-master-key-store';
import { withOwnKeys } from './security/key-fault';
import { createPayloadCodec } from './security/payload-codec';

/** What every process opens first: log, databases, keys, codec. */
export type Foundation = Awaited<ReturnType<typeof layFoundation>>;

export function createLog(config: Pick<Config, 'logLevel'>, process: 'api' | 'worker'): Logger {
  return pino({ level: config.logLevel, base: { process } }, openLogOutput());
}

/** @throws when the master key cannot be read or a database cannot be reached. */
export async function layFoundation(config: Config, log: Logger) {
  const masterKeys = await openFileMasterKeyStore(config.masterKeyFile);
  const pool = openPool(config.databaseUrl, config.databasePool, log);
  const database = { variable: 'DATABASE_URL', url: config.databaseUrl } as const;
  await assertDatabaseFit(pool, 'main', database);
  await assertClockFit(pool, database);
  await refuseTestRemains(pool, config);
  await refuseUncheckedRestore(pool);
  const keysPool = openPool(config.keysDatabaseUrl, 4, log);
  await assertDatabaseFit(keysPool, 'keys', { variable: 'KEYS_DATABASE_URL', url: config.keysDatabaseUrl });
  const dataKeys = createDataKeys({ pool: keysPool, masterKeys });
  const deploymentKey = await withOwnKeys(config.masterKeyFile, () => dataKeys.ensure(deploymentScope));
  const destroyedKeys = listenForDestroyedKeys({ connectionString: config.keysDatabaseUrl, dataKeys, log });
  const codec = createPayloadCodec({ keys: dataKeys, deploymentKey, log });
  return {
    pool,
    keysPool,
    dataKeys,
    deploymentKey,
    codec,
    dataConverter: createDataConverter(codec),
    secrets: deriveDeploymentSecrets(deploymentKey),
    async close() {
      await Promise.all([destroyedKeys.close(), pool.end(), keysPool.end()]);
    },
  };
}

/** Bounded in time: a database that is away makes a request fail within its deadline instead of hanging it. */
function openPool(connectionString: string, max: number, log: Logger): Pool {
  const pool = new Pool({
    connectionString,
    max,
    connectionTimeoutMillis: 1_000,
    idleTimeoutMillis: 60_000,
    query_timeout: 5_000,
    statement_timeout: 5_000,
    // What is sent often has a name and is planned once a connection: planning a decision costs more than carrying it out.
    options: '-c plan_cache_mode=force_generic_plan',
  });
  pool.on('error', (error) =>
    log.warn({ code: (error as { code?: string }).code }, 'an idle database connection broke'),
  );
  return pool;
}
