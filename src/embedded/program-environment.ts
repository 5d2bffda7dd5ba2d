import { randomBytes } from 'node:crypto';
import type { BackingServers } from './backing-servers';
import { metricsEnvironment, type MetricsPorts } from './metrics-ports';
import type { OpenInbox } from './inbox/open-inbox';
import type { StartPorts } from './options';
import { withoutTemporalSettings } from './servers';

export interface TestMode {
  readonly port: number;
  readonly key: string;
}

export interface Surroundings extends BackingServers {
  readonly masterKeyFile: string;
  readonly ports: StartPorts;
  readonly metricsPorts: MetricsPorts;
  readonly testMode: TestMode | undefined;
  readonly inbox: Pick<OpenInbox, 'url' | 'key'>;
}

const host = '127.0.0.1';

/** Test mode has a key of its own, new with every start. */
export function testModeOf(env: NodeJS.ProcessEnv, port: number): TestMode | undefined {
  return env['MFAFLOW_TEST_MODE'] === '1' ? { port, key: randomBytes(32).toString('base64url') } : undefined;
}

/** The environment of worker and server, as `src/config.ts` reads it, on top of the inherited one. */
export function programEnvironment(inherited: NodeJS.ProcessEnv, around: Surroundings): NodeJS.ProcessEnv {
  const { databases, temporal, ports, testMode, inbox } = around;
  const apiUrl = `http://${host}:${ports.api}`;
  return {
    ...(temporal.embedded ? withoutTemporalSettings(inherited) : inherited),
    DATABASE_URL: databases.databaseUrl,
    KEYS_DATABASE_URL: databases.keysDatabaseUrl,
    TEMPORAL_ADDRESS: temporal.address,
    TEMPORAL_NAMESPACE: temporal.namespace,
    MFAFLOW_MASTER_KEY_FILE: around.masterKeyFile,
    MFAFLOW_API_HOST: host,
    MFAFLOW_API_PORT: String(ports.api),
    MFAFLOW_CODEC_PORT: String(ports.codec),
    MFAFLOW_METRICS_HOST: host,
    ...metricsEnvironment(around.metricsPorts),
    // Nobody balances load here, and whoever pressed Ctrl-C waits.
    MFAFLOW_DRAIN_SECONDS: inherited['MFAFLOW_DRAIN_SECONDS'] ?? '0',
    MFAFLOW_ISSUER: inherited['MFAFLOW_ISSUER'] ?? apiUrl,
    MFAFLOW_INBOX_URL: inbox.url,
    MFAFLOW_INBOX_KEY: inbox.key,
    ...(temporal.uiUrl === undefined ? {} : { MFAFLOW_TEMPORAL_UI_URL: temporal.uiUrl }),
    ...(testMode === undefined
      ? {}
      : { MFAFLOW_TEST_PORT: String(testMode.port), MFAFLOW_TEST_KEY: testMode.key }),
  };
}
