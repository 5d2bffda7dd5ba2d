import { ensureFirstTenant } from '../persistence/bootstrap';
import { databaseFault, type NamedDatabase } from '../persistence/database-fault';
import { migrate } from '../persistence/migrate';
import { ensureMasterKeyFile } from '../security/master-key/create-master-key-file';
import { refuseMovedClock } from './moved-clock';
import type { ConfiguredDatabases } from './servers';

/**
 * Brings both databases to this release and gives them a first tenant, and the deployment its master key.
 *
 * @param ownMasterKeyFile made unless it is there; one of the operator's own is left to worker and server.
 * @throws {DatabaseFault}, {MigrationAhead}, {ConfigInvalid} or {MasterKeyFileRefused}, each with one sentence.
 */
export async function prepareDatabases(options: {
  databases: ConfiguredDatabases;
  ownMasterKeyFile?: string;
  env: NodeJS.ProcessEnv;
  apiKey: string;
}): Promise<{ tenantId: string }> {
  const { databases, ownMasterKeyFile, env, apiKey } = options;
  const { databaseUrl: url, keysDatabaseUrl } = databases;
  const main = { variable: 'DATABASE_URL', url } as const;
  await explained(main, () => migrate(url, 'main'));
  await explained({ variable: 'KEYS_DATABASE_URL', url: keysDatabaseUrl }, () =>
    migrate(keysDatabaseUrl, 'keys'),
  );
  if (ownMasterKeyFile !== undefined) await ensureMasterKeyFile(ownMasterKeyFile);
  return explained(main, async () => {
    await refuseMovedClock(url, env);
    return ensureFirstTenant(url, { tenantName: 'development', apiKey });
  });
}

async function explained<Result>(database: NamedDatabase, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    throw code === 'migration_ahead' || code === 'config_invalid' ? error : databaseFault(error, database);
  }
}
