import { Pool } from 'pg';
import { pino, type Logger } from 'pino';
import type { Config } from './config';
import { refuseTestRemains } from './production-refusals';
import { createDataKeys } from './security/data-keys';
import { createDataConverter } from './security/data-converter';
import { deriveDeploymentSecrets } from './security/deployment-secrets';
import { deploymentScope } from './security/key-scope';
import { openFileMasterKeyStore } from './security/master-key/file-master-key-store';
import { createPayloadCodec } from './security/payload-codec';

/** What every process opens first: log, databases, keys, codec. */
export type Foundation = Awaited<ReturnType<typeof layFoundation>>;

export function createLog(config: Pick<Config, 'logLevel'>, process: 'api' | 'worker'): Logger {
  return pino({ level: config.logLevel, base: { process } });
}

/** @throws when the master key cannot be read or a database cannot be reached. */
export async function layFoundation(config: Config, log: Logger) {
  const pool = openPool(config.databaseUrl, config.databasePool, log);
  await refuseTestRemains(pool, config);
  const keysPool = openPool(config.keysDatabaseUrl, 4, log);
  const masterKeys = await openFileMasterKeyStore(config.masterKeyFile);
  const dataKeys = createDataKeys({ pool: keysPool, masterKeys });
  const deploymentKey = await dataKeys.ensure(deploymentScope);
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
      await Promise.all([pool.end(), keysPool.end()]);
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
