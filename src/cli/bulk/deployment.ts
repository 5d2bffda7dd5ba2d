import { Client } from 'pg';
import { readConfig } from '../../config';
import { createLog, layFoundation } from '../../foundation';
import { type BulkDataKeys, createBulkDataKeys } from '../../security/bulk-data-keys';
import { openFileMasterKeyStore } from '../../security/master-key/file-master-key-store';
import type { Environment } from '../../setting';
import { tenantNamed } from '../named-tenant';

/** What bulk commands work with: connections of their own, without the deadlines of a request. */
export interface BulkDeployment {
  readonly tenantId: string;
  readonly actor: string;
  readonly reader: Client;
  readonly writer: Client;
  readonly dataKeys: BulkDataKeys;
  readonly blindIndexKey: Buffer;
}

const ACTOR = 'command-line';

/**
 * Opens the deployment that the environment describes, by the same checks as a server, for as long as `use` runs.
 * @throws MfaError `not_found` for a tenant that is not there
 */
export async function withBulkDeployment<Result>(
  environment: Environment,
  tenantName: string,
  use: (deployment: BulkDeployment) => Promise<Result>,
): Promise<Result> {
  const config = readConfig(environment);
  const foundation = await layFoundation(config, createLog({ logLevel: 'silent' }, 'worker'));
  const clients = [config.databaseUrl, config.databaseUrl, config.keysDatabaseUrl].map(
    (connectionString) => new Client({ connectionString, connectionTimeoutMillis: 10_000 }),
  ) as [Client, Client, Client];
  // A connection that breaks fails the query that uses it, which says so.
  for (const client of clients) client.on('error', () => undefined);
  try {
    const tenant = await tenantNamed(foundation.pool, tenantName);
    await Promise.all(clients.map((client) => client.connect()));
    const [reader, writer, keys] = clients;
    const masterKeys = await openFileMasterKeyStore(config.masterKeyFile);
    return await use({
      tenantId: tenant.tenant_id,
      actor: ACTOR,
      reader,
      writer,
      dataKeys: createBulkDataKeys(keys, masterKeys, tenant.tenant_id),
      blindIndexKey: foundation.secrets.blindIndexKey,
    });
  } finally {
    await Promise.allSettled(clients.map((client) => client.end()));
    await foundation.close();
  }
}
