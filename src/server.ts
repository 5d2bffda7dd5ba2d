import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { Logger } from 'pino';
import { createApp } from './api/app';
import { createCodecServer } from './api/codec-server';
import { listen } from './api/drainable-server';
import { createTestModeApp } from './api/test-mode';
import { readConfig, type Config } from './config';
import { createProviders } from './delivery/catalogue';
import { erasureStarterOf } from './erasure-starter';
import { createLog, layFoundation, type Foundation } from './foundation';
import { logStart } from './log-output';
import { readAdmission } from './persistence/admission-repository';
import { auditDecode } from './persistence/audit-repository';
import { startHeartbeat } from './persistence/heartbeat';
import { runUntilStopped } from './run-until-stopped';
import { endOnStartFailure } from './start-failure';
import { withOwnKeys } from './security/key-fault';
import { hashApiKey } from './security/api-key';
import { randomBase62 } from './security/random-id';
import { createSigningKeys } from './security/signing-keys';
import { startMetricsListener } from './metrics-listener';
import { createProcessRegistry } from './process-metrics';
import { createTemporalClient } from './temporal/connection';
import { exportHistory } from './temporal/history-export';
import { createDeliveryStarter } from './temporal/delivery-client';
import { createLifecycleClient } from './temporal/lifecycle-client';
import { assertNamespaceUnlessAway } from './temporal/namespace-check';
import { runSweepsNow } from './temporal/schedules';
import { watchServerHealth } from './temporal/server-health';

/** Starts API and codec server, and the test mode where it is asked for; port 0 picks a free one. */
export async function startServer(config: Config, foundation: Foundation, log: Logger) {
  const { pool, dataKeys, secrets } = foundation;
  const identity = `a${randomBase62(4)}`;
  const client = createTemporalClient(foundation.dataConverter, identity);
  const health = watchServerHealth(client);
  await assertNamespaceUnlessAway(client);
  const signingKeys = createSigningKeys({ pool, dataKeys, issuer: config.issuer, log });
  await withOwnKeys(config.masterKeyFile, () => signingKeys.ensure());
  let draining = false;
  const heartbeat = await startHeartbeat({
    pool,
    processId: identity,
    kind: 'api',
    onError: (error) => log.warn({ code: (error as { code?: string }).code }, 'a heartbeat failed'),
  });
  const registry = createProcessRegistry(foundation, { defaults: config.apiMetricsPort !== undefined });
  const app = createApp({
    pool,
    dataKeys,
    signingKeys,
    secrets,
    log,
    config,
    lifecycle: createLifecycleClient(client, config.taskQueue),
    startErasure: erasureStarterOf(foundation, client, config.taskQueue),
    startDelivery: createDeliveryStarter(client, config.taskQueue),
    providers: createProviders(config, log),
    temporalHealthy: health.isHealthy,
    draining: () => draining,
    liveApiProcesses: heartbeat.liveApiProcesses,
    registry,
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
  const metrics =
    config.apiMetricsPort === undefined
      ? undefined
      : await startMetricsListener({
          host: config.metricsHost,
          port: config.apiMetricsPort,
          variable: 'MFAFLOW_API_METRICS_PORT',
          registry,
        });
  const metricsPort = metrics?.port;
  const host = config.apiHost;
  const api = await listen(app, { host, port: config.apiPort, variable: 'MFAFLOW_API_PORT' });
  const decoder = await listen(codec, { host, port: config.codecPort, variable: 'MFAFLOW_CODEC_PORT' });
  // Whatever address the API has, test mode is reached from this machine only.
  const test = config.testMode
    ? await listen(testModeApp(config, foundation, client), {
        host: '127.0.0.1',
        port: config.testPort,
        variable: 'MFAFLOW_TEST_PORT',
      })
    : undefined;
  const servers = [api, decoder, ...(test === undefined ? [] : [test])];
  const [apiPort, codecPort, testPort] = [api.port, decoder.port, test?.port];
  log.info(
    { apiPort, codecPort, testPort, metricsPort, identity, pid: process.pid, host: hostname() },
    'listening',
  );
  return {
    apiPort,
    codecPort,
    testPort,
    metricsPort,
    /** Is not ready from now on, and asks its clients to go elsewhere, while it still serves them. */
    drain() {
      draining = true;
      for (const server of servers) server.drain();
    },
    async stop() {
      draining = true;
      await Promise.all(servers.map((server) => server.close()));
      await heartbeat.stop();
      await metrics?.stop();
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
    ...(config.inboxUrl === undefined || config.inboxKey === undefined
      ? {}
      : { inbox: { url: config.inboxUrl, key: config.inboxKey } }),
    onClockForward: () => runSweepsNow(client, config.taskQueue),
    exportHistory: (workflowId, decoded) =>
      exportHistory(client, decoded ? foundation.codec : undefined, workflowId),
  });
}

async function main(): Promise<void> {
  const config = readConfig(process.env);
  logStart('api');
  const log = createLog(config, 'api');
  const foundation = await layFoundation(config, log);
  const server = await startServer(config, foundation, log);
  const stop = async (): Promise<void> => {
    await server.stop();
    await foundation.close();
  };
  await runUntilStopped(log, new Promise(() => undefined), stop, async () => {
    server.drain();
    await sleep(config.drainSeconds * 1_000);
  });
}

if (require.main === module) main().catch(endOnStartFailure);
