import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { createClient } from '../../../client/index';
import { readConfig } from '../../../src/config';
import { layFoundation, type Foundation } from '../../../src/foundation';
import { ensureFirstTenant } from '../../../src/persistence/bootstrap';
import { migrate } from '../../../src/persistence/migrate';
import { newApiKey } from '../../../src/security/api-key';
import { ensureMasterKeyFile } from '../../../src/security/master-key/create-master-key-file';
import { randomId } from '../../../src/security/random-id';
import { startServer } from '../../../src/server';
import { startWorker } from '../../../src/worker';
import { TestClock } from '../../end-to-end/test-clock';
import type { Backend } from '../../end-to-end/person';
import { call } from '../../running-system';
import { workflowBundle } from '../../workflow-bundle';
import { createEmptyDatabases } from './empty-databases';

/** An API and a worker on databases that are there already. */
export interface RestoredSystem extends Backend {
  readonly foundation: Foundation;
  stop(): Promise<void>;
}

/** A migrated installation of its own: databases, master key file, task queue, two tenants, and a key of the first. */
export async function installed(
  folder: string,
): Promise<{ environment: Record<string, string>; apiKey: string }> {
  const databases = await createEmptyDatabases();
  await migrate(databases.DATABASE_URL, 'main');
  await migrate(databases.KEYS_DATABASE_URL, 'keys');
  const masterKeyFile = join(mkdtempSync(join(folder, 'keys-')), 'master-key');
  await ensureMasterKeyFile(masterKeyFile);
  const apiKey = newApiKey();
  await ensureFirstTenant(databases.DATABASE_URL, { tenantName: 'acme', apiKey });
  await ensureFirstTenant(databases.DATABASE_URL, { tenantName: 'other', apiKey: newApiKey() });
  return {
    apiKey,
    environment: {
      ...databases,
      MFAFLOW_MASTER_KEY_FILE: masterKeyFile,
      MFAFLOW_TASK_QUEUE: randomId('queue'),
      TEMPORAL_ADDRESS: process.env['MFAFLOW_TEST_TEMPORAL_ADDRESS']!,
    },
  };
}

/** @param clockOffsetMs how far the deciding clock is moved */
export async function serveFrom(
  environment: Record<string, string>,
  key: string,
  clockOffsetMs = 0,
): Promise<RestoredSystem> {
  Object.assign(process.env, environment);
  const config = readConfig({
    MFAFLOW_API_PORT: '0',
    MFAFLOW_CODEC_PORT: '0',
    MFAFLOW_TEST_MODE: '1',
    MFAFLOW_TEST_PORT: '0',
    MFAFLOW_TEST_KEY: randomId('tst', 32),
    MFAFLOW_LOG_LEVEL: 'error',
    MFAFLOW_SWEEP_SECONDS: '3600',
    ...environment,
  });
  const log = pino({ level: config.logLevel });
  const foundation = await layFoundation(config, log);
  const worker = await startWorker(config, foundation, log, await workflowBundle());
  const server = await startServer(config, foundation, log);
  const clock = new TestClock(foundation.pool);
  await clock.forward(clockOffsetMs);
  const url = `http://127.0.0.1:${server.apiPort}`;
  return {
    foundation,
    clock,
    client: createClient({ url, apiKey: key, retries: 0, timeout: 60_000 }),
    call: (method, path, options = {}) => call(url, method, path, { key, ...options }),
    async stop() {
      await server.stop();
      await worker.stop();
      await foundation.close();
    },
  };
}
