import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Pool } from 'pg';
import { createClient } from '../../client/index';
import { ensureFirstTenant } from '../../src/persistence/bootstrap';
import { newApiKey } from '../../src/security/api-key';
import { ensureMasterKeyFile } from '../../src/security/master-key/create-master-key-file';
import { randomId } from '../../src/security/random-id';
import type { Backend } from '../end-to-end/person';
import { TestClock } from '../end-to-end/test-clock';
import { call } from '../running-system';
import { createTestDatabase, type TestDatabase } from '../test-database';

/** What programs that run as processes of their own share: databases, a master key, a tenant, a task queue. */
export interface Deployment {
  readonly folder: string;
  readonly masterKeyFile: string;
  readonly database: TestDatabase;
  readonly pool: Pool;
  readonly tenantId: string;
  readonly apiKey: string;
  /** Of every program; every port is free, and sweeps run by themselves once an hour. */
  readonly environment: Record<string, string>;
  /** @param urlOf the API that serves the next request */
  backendOf(urlOf: () => string): Backend;
  drop(): Promise<void>;
}

/** Also asked of the processes, or they refuse a clock that was moved. */
export const testMode = {
  MFAFLOW_TEST_MODE: '1',
  MFAFLOW_TEST_PORT: '0',
  MFAFLOW_TEST_KEY: randomId('tst', 32),
};

export async function createDeployment(more: Record<string, string> = {}): Promise<Deployment> {
  const folder = mkdtempSync(join(tmpdir(), 'mfaflow-deployment-'));
  const masterKeyFile = join(folder, 'master-key.json');
  const apiKey = newApiKey();
  const database = await createTestDatabase();
  const pool = new Pool({ connectionString: database.databaseUrl, max: 4 });
  await ensureMasterKeyFile(masterKeyFile);
  const { tenantId } = await ensureFirstTenant(database.databaseUrl, { tenantName: 'acme', apiKey });
  return {
    folder,
    masterKeyFile,
    database,
    pool,
    tenantId,
    apiKey,
    environment: {
      DATABASE_URL: database.databaseUrl,
      KEYS_DATABASE_URL: database.keysDatabaseUrl,
      TEMPORAL_ADDRESS: process.env['MFAFLOW_TEST_TEMPORAL_ADDRESS']!,
      MFAFLOW_MASTER_KEY_FILE: masterKeyFile,
      MFAFLOW_TASK_QUEUE: randomId('queue'),
      MFAFLOW_API_PORT: '0',
      MFAFLOW_CODEC_PORT: '0',
      MFAFLOW_SWEEP_SECONDS: '3600',
      ...more,
    },
    backendOf: (urlOf) => ({
      clock: new TestClock(pool),
      client: createClient({
        url: 'http://whichever.api',
        apiKey,
        retries: 0,
        timeout: 60_000,
        fetch: (request) => {
          const { pathname, search } = new URL(request.url);
          return fetch(new Request(urlOf() + pathname + search, request));
        },
      }),
      call: (method, path, options) => call(urlOf(), method, path, { key: apiKey, ...options }),
    }),
    async drop() {
      await pool.end();
      await database.drop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
