import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { pino, type Logger } from 'pino';
import type { Pool } from 'pg';
import { readConfig, type Config } from '../src/config';
import { startInbox, type Inbox } from '../src/embedded/inbox/inbox-server';
import { layFoundation, type Foundation } from '../src/foundation';
import { ensureFirstTenant } from '../src/persistence/bootstrap';
import { hashApiKey, newApiKey } from '../src/security/api-key';
import { ensureMasterKeyFile } from '../src/security/master-key/create-master-key-file';
import { randomId } from '../src/security/random-id';
import { startServer } from '../src/server';
import { createTemporalClient } from '../src/temporal/connection';
import { startWorker } from '../src/worker';
import { createTestDatabase } from './test-database';
import { workflowBundle } from './workflow-bundle';

export interface Called {
  status: number;
  // Tests look into answers of every shape.
  body: any;
  headers: Headers;
}

export interface CallOptions {
  body?: unknown;
  headers?: Record<string, string>;
  key?: string;
}

export interface RunningSystem {
  apiUrl: string;
  codecUrl: string;
  testUrl: string;
  testKey: string;
  /** Where Prometheus would look; with the variables of their ports set. */
  metricsUrls: { api: string; worker: string };
  tenant: string;
  tenantId: string;
  keys: Record<
    | 'all'
    | 'authenticate'
    | 'manageUsers'
    | 'operate'
    | 'audit'
    | 'admin'
    | 'events'
    | 'securityEvents'
    | 'manageTenants'
    | 'otherTenant',
    string
  >;
  config: Config;
  pool: Pool;
  foundation: Foundation;
  temporal: Client;
  /** Where SMS, calls and mail arrive, unless the environment names providers for them. */
  inbox: Inbox;
  call: (method: string, path: string, options?: CallOptions) => Promise<Called>;
  /** Moves the clock that decides codes, expiries and token times. */
  moveClock(offsetMs: number): Promise<void>;
  stop(): Promise<void>;
}

const SCOPES = {
  all: [
    'authenticate',
    'manage-users',
    'operate',
    'audit',
    'admin',
    'events',
    'security-events',
    'manage-tenants',
  ],
  authenticate: ['authenticate'],
  manageUsers: ['manage-users'],
  operate: ['operate'],
  audit: ['audit'],
  admin: ['admin'],
  events: ['events'],
  securityEvents: ['security-events'],
  manageTenants: ['manage-tenants'],
} as const;

/** Worker and API in this process, on the run's real Postgres and Temporal server, with a database of their own. */
export async function startSystem(
  environment: Record<string, string> = {},
  /** Where Postgres and Temporal are reached, such as through something that can be cut. */
  through: { postgres?: (url: string) => string; temporalAddress?: string } = {},
): Promise<RunningSystem> {
  const database = await createTestDatabase();
  const folder = mkdtempSync(join(tmpdir(), 'mfaflow-system-'));
  const masterKeyFile = join(folder, 'master-key.json');
  await ensureMasterKeyFile(masterKeyFile);
  process.env['TEMPORAL_ADDRESS'] = through.temporalAddress ?? process.env['MFAFLOW_TEST_TEMPORAL_ADDRESS'];
  const reached = through.postgres ?? ((url: string) => url);
  const testKey = randomId('tst', 32);
  const inboxKey = randomId('inb', 32);
  const inbox = await startInbox({ host: '127.0.0.1', port: 0, key: inboxKey });
  const config = readConfig({
    DATABASE_URL: reached(database.databaseUrl),
    KEYS_DATABASE_URL: reached(database.keysDatabaseUrl),
    MFAFLOW_MASTER_KEY_FILE: masterKeyFile,
    MFAFLOW_TASK_QUEUE: randomId('queue'),
    MFAFLOW_API_PORT: '0',
    MFAFLOW_CODEC_PORT: '0',
    MFAFLOW_TEST_MODE: '1',
    MFAFLOW_TEST_PORT: '0',
    MFAFLOW_TEST_KEY: testKey,
    MFAFLOW_LOG_LEVEL: 'error',
    MFAFLOW_INBOX_URL: inbox.url,
    MFAFLOW_INBOX_KEY: inboxKey,
    MFAFLOW_LIMIT_ADDRESS_PER_MINUTE: '100000',
    MFAFLOW_LIMIT_USER_PER_MINUTE: '100000',
    // The sweeps of a test run when the test says so.
    MFAFLOW_SWEEP_SECONDS: '3600',
    ...environment,
  });
  const log: Logger = pino({ level: config.logLevel });
  const foundation = await layFoundation(config, log);
  const tenant = await ensureFirstTenant(config.databaseUrl, { tenantName: 'acme', apiKey: newApiKey() });
  const other = newApiKey();
  await ensureFirstTenant(config.databaseUrl, { tenantName: 'other', apiKey: other });
  const keys = { otherTenant: other } as RunningSystem['keys'];
  for (const [name, scopes] of Object.entries(SCOPES)) {
    keys[name as keyof typeof SCOPES] = await insertKey(foundation.pool, tenant.tenantId, name, [...scopes]);
  }
  const worker = await startWorker(config, foundation, log, await workflowBundle());
  const server = await startServer(config, foundation, log);
  const temporal = createTemporalClient(foundation.dataConverter, 'test');
  const apiUrl = `http://127.0.0.1:${server.apiPort}`;
  const testUrl = `http://127.0.0.1:${server.testPort}`;
  return {
    apiUrl,
    codecUrl: `http://127.0.0.1:${server.codecPort}`,
    testUrl,
    testKey,
    metricsUrls: {
      api: `http://127.0.0.1:${server.metricsPort ?? 0}/metrics`,
      worker: `http://127.0.0.1:${worker.metricsPort ?? 0}/metrics`,
    },
    tenant: tenant.tenantName,
    tenantId: tenant.tenantId,
    keys,
    config,
    pool: foundation.pool,
    foundation,
    temporal,
    inbox,
    call: (method, path, options = {}) => call(apiUrl, method, path, { key: keys.all, ...options }),
    async moveClock(offsetMs) {
      const { status } = await call(testUrl, 'PUT', '/test/clock', { key: testKey, body: { offsetMs } });
      if (status !== 200) throw new Error(`the test clock answered ${status}`);
    },
    async stop() {
      await server.stop();
      await worker.stop();
      await temporal.connection.close();
      await foundation.close();
      await inbox.stop();
      await database.drop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function insertKey(pool: Pool, tenantId: string, name: string, scopes: string[]): Promise<string> {
  const key = newApiKey();
  await pool.query(
    'INSERT INTO api_keys (key_id, tenant_id, name, hash, scopes) VALUES ($1, $2, $3, $4, $5)',
    [randomId('key'), tenantId, name, hashApiKey(key), scopes],
  );
  return key;
}

/** One request; an empty `key` sends none. */
export async function call(url: string, method: string, path: string, options: CallOptions): Promise<Called> {
  const response = await fetch(url + path, {
    method,
    headers: {
      ...(options.key !== undefined && options.key !== '' && { authorization: `Bearer ${options.key}` }),
      ...(options.body !== undefined && { 'content-type': 'application/json' }),
      ...options.headers,
    },
    ...(options.body !== undefined && {
      body: typeof options.body === 'string' ? options.body : JSON.stringify(options.body),
    }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') === true;
  return {
    status: response.status,
    body: isJson && text !== '' ? JSON.parse(text) : text,
    headers: response.headers,
  };
}
