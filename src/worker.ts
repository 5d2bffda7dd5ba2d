import { hostname } from 'node:os';
import {
  DefaultLogger,
  NativeConnection,
  Runtime,
  Worker,
  type WorkflowBundleOption,
} from '@temporalio/worker';
import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { createActivities } from './activities';
import { createProviders } from './delivery/catalogue';
import { renderMessage } from './delivery/messages/render';
import type { Provider } from './delivery/provider';
import { createFlowStore } from './persistence/flow-store';
import { readConfig, type Config } from './config';
import { erasureStarterOf } from './erasure-starter';
import { createLog, layFoundation, type Foundation } from './foundation';
import { logStart } from './log-output';
import { publishShippedFlows } from './persistence/bootstrap';
import { templateSourceOf } from './persistence/message-template-repository';
import { startHeartbeat } from './persistence/heartbeat';
import { runUntilStopped } from './run-until-stopped';
import { endOnStartFailure } from './start-failure';
import { withOwnKeys } from './security/key-fault';
import { keyedHash } from './security/keyed-hash';
import { randomBase62 } from './security/random-id';
import { createSigningKeys } from './security/signing-keys';
import { startMetricsListener } from './metrics-listener';
import { createProcessRegistry } from './process-metrics';
import { createTemporalClient, temporalSettings } from './temporal/connection';
import { createDeliveryStarter } from './temporal/delivery-client';
import { lifecycleWorkflowId } from './temporal/names';
import { readNamespace, temporalAddress } from './temporal/namespace-check';
import { ensureSchedules } from './temporal/schedules';
import { temporalFault } from './temporal/temporal-fault';
import { temporalMetrics, type TemporalMetrics } from './temporal-metrics';

/** A worker killed idle is noticed after this long by those whose workflows it held. */
const STICKY_TIMEOUT = '1 s';
/** Longer than any local activity, so that an orderly stop interrupts none. */
const SHUTDOWN_GRACE = '3 s';

/**
 * @param workflowBundle bundled before; by default the workflows are bundled now, which takes seconds.
 * @param sdkMetrics what the runtime of Temporal's SDK exports, to be served with ours.
 */
export async function startWorker(
  config: Config,
  foundation: Foundation,
  log: Logger,
  workflowBundle?: WorkflowBundleOption,
  sdkMetrics?: TemporalMetrics,
) {
  const identity = `w${randomBase62(4)}`;
  const { connectionOptions, namespace } = temporalSettings();
  const client = createTemporalClient(foundation.dataConverter, identity);
  await readNamespace(client);
  await publishShippedFlows(foundation.pool);
  const signingKeys = createSigningKeys({
    pool: foundation.pool,
    dataKeys: foundation.dataKeys,
    issuer: config.issuer,
    log,
  });
  await withOwnKeys(config.masterKeyFile, () => signingKeys.ensure());
  const registry = createProcessRegistry(foundation, { defaults: config.workerMetricsPort !== undefined });
  const metrics =
    config.workerMetricsPort === undefined
      ? undefined
      : await startMetricsListener({
          host: config.metricsHost,
          port: config.workerMetricsPort,
          variable: 'MFAFLOW_WORKER_METRICS_PORT',
          registry,
          ...(sdkMetrics === undefined ? {} : { more: sdkMetrics.read }),
        });
  const metricsPort = metrics?.port;
  const providers = createProviders(config, log);
  const connection = await NativeConnection.connect(connectionOptions).catch((error: unknown) => {
    throw temporalFault(error, { address: temporalAddress(), namespace });
  });
  const worker = await Worker.create({
    connection,
    namespace,
    identity,
    taskQueue: config.taskQueue,
    workerDeploymentOptions: {
      version: { deploymentName: 'mfa', buildId: '1' },
      useWorkerVersioning: false,
    },
    ...(workflowBundle === undefined
      ? { workflowsPath: require.resolve('./workflows') }
      : { workflowBundle }),
    activities: activitiesOf(config, foundation, client, registry, providers),
    dataConverter: foundation.dataConverter,
    maxCachedWorkflows: config.maxCachedWorkflows,
    maxConcurrentLocalActivityExecutions: config.maxLocalActivities,
    stickyQueueScheduleToStartTimeout: STICKY_TIMEOUT,
    shutdownGraceTime: SHUTDOWN_GRACE,
    shutdownForceTime: '10 s',
  });
  const running = worker.run();
  // The short name is in the history of every login; here is whose it is.
  log.info({ metricsPort, identity, pid: process.pid, host: hostname() }, 'takes work');
  await ensureSchedules(client, config.taskQueue, config.sweepSeconds);
  const heartbeat = await startHeartbeat({
    pool: foundation.pool,
    processId: identity,
    kind: 'worker',
    onError: (error) => log.warn({ code: (error as { code?: string }).code }, 'a heartbeat failed'),
  });
  return {
    running,
    metricsPort,
    async stop() {
      await heartbeat.stop();
      if (worker.getState() === 'RUNNING') worker.shutdown();
      await running;
      for (const provider of providers) await provider.close?.();
      signingKeys.close();
      await metrics?.stop();
      await connection.close();
      await client.connection.close();
    },
  };
}

function activitiesOf(
  config: Config,
  foundation: Foundation,
  client: Client,
  registry: Registry,
  providers: readonly Provider[],
) {
  const { pool, keysPool, dataKeys, secrets } = foundation;
  const hash = keyedHash(secrets.pepper);
  const templates = templateSourceOf(pool);
  return createActivities({
    registry,
    pool,
    keysPool,
    dataKeys,
    temporal: client,
    flows: createFlowStore(pool),
    secrets: { commandKey: secrets.commandKey, blindIndexKey: secrets.blindIndexKey, hash },
    retention: config,
    startDelivery: createDeliveryStarter(client, config.taskQueue),
    delivery: {
      pool,
      dataKeys,
      providers,
      hash,
      registry,
      render: (request) => renderMessage(templates, request),
      ticketKey: secrets.ticketKey,
      publicUrl: config.issuer.replace(/\/+$/, ''),
    },
    startErasure: erasureStarterOf(foundation, client, config.taskQueue),
    async signalRest({ tenantId, userId }) {
      try {
        await client.workflow.getHandle(lifecycleWorkflowId(tenantId, userId)).signal('rest');
      } catch (error) {
        if (!(error instanceof WorkflowNotFoundError)) throw error;
      }
    },
  });
}

async function main(): Promise<void> {
  const config = readConfig(process.env);
  logStart('worker');
  const log = createLog(config, 'worker');
  const sdkMetrics = config.workerMetricsPort === undefined ? undefined : await temporalMetrics();
  Runtime.install({
    shutdownSignals: [],
    ...(sdkMetrics === undefined
      ? {}
      : { telemetryOptions: { metrics: { prometheus: sdkMetrics.exporter } } }),
    logger: new DefaultLogger('WARN', ({ level, message, meta }) => log.warn({ level, ...meta }, message)),
  });
  const foundation = await layFoundation(config, log);
  const worker = await startWorker(config, foundation, log, undefined, sdkMetrics);
  await runUntilStopped(log, worker.running, async () => {
    await worker.stop();
    await foundation.close();
  });
}

if (require.main === module) main().catch(endOnStartFailure);
