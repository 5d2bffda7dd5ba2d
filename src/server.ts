import { createServer, type RequestListener, type Server } from 'node:http';
import { hostname } from 'node:os';
import type { AddressInfo } from 'node:net';
import type { Client } from '@temporalio/client';
import type { Logger } from 'pino';
import { createApp } from './api/app';
import { createCodecServer } from './api/codec-server';
import { createTestModeApp } from './api/test-mode';
import { readConfig, type Config } from './config';
import { createLog, layFoundation, type Foundation } from './foundation';
import { readAdmission } from './persistence/admission-repository';
import { auditDecode } from './persistence/audit-repository';
import { startHeartbeat } from './persistence/heartbeat';
import { runUntilStopped } from './run-until-stopped';
import { endOnStartFailure } from './start-failure';
import { hashApiKey } from './security/api-key';
import { randomBase62 } from './security/random-id';
import { createSigningKeys } from './security/signing-keys';
import { createTemporalClient } from './temporal/connection';
import { exportHistory } from './temporal/history-export';
import { createLifecycleClient } from './temporal/lifecycle-client';
import { runSweepsNow } from './temporal/schedules';
import { watchServerHealth } from './temporal/server-health';

/** Starts API and codec server, and the test mode where it is asked for; port 0 picks a free one. */
export async function startServer(config: Config, foundation: Foundation, log: Logger) {
  const { pool, dataKeys, secrets } = foundation;
  const identity = `a${randomBase62(4)}`;
  const client = createTemporalClient(foundation.dataConverter, identity);
  const health = watchServerHealth(client);
  const signingKeys = createSigningKeys({ pool, dataKeys, issuer: config.issuer, log });
  await signingKeys.ensure();
  const heartbeat = await startHeartbeat({
    pool,
    processId: identity,
    kind: 'api',
    onError: (error) => log.warn({ code: (error as { code?: string }).code }, 'a heartbeat failed'),
  });
  const app = createApp({
    pool,
    dataKeys,
    signingKeys,
    secrets,
    log,
    config,
    lifecycle: createLifecycleClient(client, config.taskQueue),
    temporalHealthy: health.isHealthy,
    liveApiProcesses: heartbeat.liveApiProcesses,
  });
  const codec = createCodecServer({
    keys: dataKeys,
    authenticate: (key) => readAdmission(pool, hashApiKey(key), { kind: 'none' }),
    onDecode: (event) => auditDecode(pool, event),
    cookieKey: secrets.cookieKey,
    log,
    uiOrigins: [new URL(config.temporalUiUrl).origin],
    secure: config.issuer.startsWith('https:'),
  });
  const servers = [
    await listen(app, config.apiHost, config.apiPort),
    await listen(codec, config.apiHost, config.codecPort),
  ];
  // Whatever address the API has, test mode is reached from this machine only.
  if (config.testMode)
    servers.push(await listen(testModeApp(config, foundation, client), '127.0.0.1', config.testPort));
  const [apiPort = 0, codecPort = 0, testPort] = servers.map(
    (server) => (server.address() as AddressInfo).port,
  );
  log.info({ apiPort, codecPort, testPort, identity, pid: process.pid, host: hostname() }, 'listening');
  return {
    apiPort,
    codecPort,
    testPort,
    async stop() {
      await heartbeat.stop();
      await Promise.all(servers.map(close));
      signingKeys.close();
      await health.settled();
      await client.connection.close();
    },
  };
}

function testModeApp(config: Config, foundation: Foundation, client: Client) {
  return createTestModeApp({
    pool: foundation.pool,
    testKey: config.testKey ?? '',
    onClockForward: () => runSweepsNow(client, config.taskQueue),
    exportHistory: (workflowId, decoded) =>
      exportHistory(client, decoded ? foundation.codec : undefined, workflowId),
  });
}

function listen(app: RequestListener, host: string, port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer(app);
    server.once('error', reject);
    server.listen(port, host, () => resolve(server));
  });
}

/** Takes no new connection, lets what is under way end, and cuts what is still open after the grace. */
async function close(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeIdleConnections();
  const grace = setTimeout(() => server.closeAllConnections(), 10_000);
  await closed;
  clearTimeout(grace);
}

async function main(): Promise<void> {
  const config = readConfig(process.env);
  const log = createLog(config, 'api');
  const foundation = await layFoundation(config, log);
  const server = await startServer(config, foundation, log);
  await runUntilStopped(log, new Promise(() => undefined), async () => {
    await server.stop();
    await foundation.close();
  });
}

if (require.main === module) main().catch(endOnStartFailure);
