import { Client } from 'pg';
import { importFile } from '../src/cli/bulk/import-file';
import type { ImportParts } from '../src/cli/bulk/import-parts';
import { openRefusalReport } from '../src/cli/bulk/refusal-report';
import { openSourceFile } from '../src/cli/bulk/source-file';
import type { EmbeddedPostgres } from '../src/embedded/postgres';
import { migrate } from '../src/persistence/migrate';
import { ensureFirstTenant } from '../src/persistence/bootstrap';
import { newApiKey } from '../src/security/api-key';
import { createBulkDataKeys } from '../src/security/bulk-data-keys';
import { ensureMasterKeyFile } from '../src/security/master-key/create-master-key-file';
import { openFileMasterKeyStore } from '../src/security/master-key/file-master-key-store';

/** Migrated databases with one tenant, `bench`, and an import's connections to them. */
export interface ImportInstallation {
  readonly parts: ImportParts;
  readonly environment: Readonly<Record<string, string>>;
  /** Imports a CSV file as the command does. @returns ms */
  import(path: string): Promise<number>;
  close(): Promise<void>;
}

export async function createImportInstallation(
  postgres: EmbeddedPostgres,
  name: string,
  masterKeyFile: string,
): Promise<ImportInstallation> {
  const [main, keys] = [name, `${name}_keys`];
  await Promise.all([postgres.ensureDatabase(main), postgres.ensureDatabase(keys)]);
  await migrate(postgres.databaseUrl(main), 'main');
  await migrate(postgres.databaseUrl(keys), 'keys');
  const { tenantId } = await ensureFirstTenant(postgres.databaseUrl(main), {
    tenantName: 'bench',
    apiKey: newApiKey(),
  });
  await ensureMasterKeyFile(masterKeyFile);
  const clients = [main, main, keys].map(
    (database) => new Client({ connectionString: postgres.databaseUrl(database) }),
  ) as [Client, Client, Client];
  await Promise.all(clients.map((client) => client.connect()));
  const [reader, writer, keysClient] = clients;
  const parts: ImportParts = {
    tenantId,
    actor: 'bench',
    reader,
    writer,
    dataKeys: createBulkDataKeys(keysClient, await openFileMasterKeyStore(masterKeyFile), tenantId),
    blindIndexKey: Buffer.alloc(32, 1),
  };
  return {
    parts,
    environment: {
      DATABASE_URL: postgres.databaseUrl(main),
      KEYS_DATABASE_URL: postgres.databaseUrl(keys),
      MFAFLOW_MASTER_KEY_FILE: masterKeyFile,
    },
    async import(path) {
      const startedAt = performance.now();
      await importFile(parts, await openSourceFile(path, 'csv', parts.blindIndexKey), {
        resume: false,
        dryRun: false,
        openReport: (from) => openRefusalReport(`${path}.refused.jsonl`, from),
        onProgress: () => undefined,
      });
      return performance.now() - startedAt;
    },
    async close() {
      await Promise.all(clients.map((client) => client.end()));
    },
  };
}
