import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Client, Connection } from '@temporalio/client';
import { Pool } from 'pg';
import { pino } from 'pino';
import { createApp } from '../src/api/app';
import { readConfig } from '../src/config';
import type { EmbeddedPostgres } from '../src/embedded/postgres';
import { layFoundation } from '../src/foundation';
import { ensureFirstTenant, publishShippedFlows } from '../src/persistence/bootstrap';
import { migrate } from '../src/persistence/migrate';
import { newApiKey } from '../src/security/api-key';
import { createSigningKeys } from '../src/security/signing-keys';
import { createLifecycleClient } from '../src/temporal/lifecycle-client';
import { fillPages, fillWithUsers } from './lookup-crowd';

const loneApi = { temporalHealthy: () => Promise.resolve(true), liveApiProcesses: () => 1 };

/** One of the users who are looked for; what they are found by goes through the API, as it would. */
export interface SoughtUser {
  readonly id: string;
  readonly email: string;
  readonly phone: string;
}

/** The API over a database of its own with so many users. Nothing that is measured here asks Temporal for anything. */
export interface CrowdedApi {
  readonly sought: readonly SoughtUser[];
  /** @returns milliseconds until the whole answer was there. @throws when it is not the status expected */
  time(method: string, path: string, body?: object): Promise<number>;
  close(): Promise<void>;
}

const soughtCount = 20;

export async function startCrowdedApi(
  postgres: EmbeddedPostgres,
  options: { name: string; users: number; masterKeyFile: string },
): Promise<CrowdedApi> {
  const [name, keys] = [`bench_${options.name}`, `bench_${options.name}_keys`];
  for (const database of [name, keys]) await postgres.ensureDatabase(database);
  await migrate(postgres.databaseUrl(name), 'main');
  await migrate(postgres.databaseUrl(keys), 'keys');
  const config = readConfig({
    DATABASE_URL: postgres.databaseUrl(name),
    KEYS_DATABASE_URL: postgres.databaseUrl(keys),
    MFAFLOW_MASTER_KEY_FILE: options.masterKeyFile,
    MFAFLOW_LIMIT_KEY_PER_MINUTE: '1000000',
    MFAFLOW_LOG_LEVEL: 'error',
  });
  const log = pino({ level: 'error' });
  const foundation = await layFoundation(config, log);
  const { pool, dataKeys, secrets } = foundation;
  const signingKeys = createSigningKeys({ pool, dataKeys, issuer: config.issuer, log });
  const connection = Connection.lazy({ address: '127.0.0.1:1' });
  const app = createApp({
    ...loneApi,
    pool,
    dataKeys,
    secrets,
    signingKeys,
    log,
    config,
    lifecycle: createLifecycleClient(new Client({ connection }), config.taskQueue),
    startErasure: () => Promise.resolve(),
    startDelivery: () => Promise.resolve(),
    providers: [],
  });
  const server = createServer(app).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const apiKey = newApiKey();
  const { tenantId } = await ensureFirstTenant(config.databaseUrl, { tenantName: 'bench', apiKey });
  await publishShippedFlows(pool);

  const time = async (method: string, path: string, body?: object): Promise<number> => {
    const started = performance.now();
    const response = await fetch(url + path, {
      method,
      headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    await response.arrayBuffer();
    if (!response.ok) throw new Error(`${method} answered ${String(response.status)}`);
    return performance.now() - started;
  };

  const sought = Array.from({ length: soughtCount }, (_, index) => ({
    id: `sought-${String(index)}`,
    email: `sought.${String(index)}@example.com`,
    phone: `+4420794600${String(index + 10)}`,
  }));
  // Without the statement timeout of a process that answers requests.
  const crowd = new Pool({ connectionString: config.databaseUrl });
  await fillWithUsers(crowd, tenantId, options.users).finally(() => crowd.end());
  for (const { id, email, phone } of sought) {
    const contacts = [
      { kind: 'email', address: email },
      { kind: 'phone', address: phone },
    ];
    await time('PUT', `/v1/users/${id}`, { contacts });
  }
  await fillPages(
    pool,
    tenantId,
    sought.map(({ id }) => id),
  );
  return {
    sought,
    time,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await connection.close();
      await foundation.close();
    },
  };
}
