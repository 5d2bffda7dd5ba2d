import { readConfigured } from './delivery/configured';
import { providerSettings } from './delivery/settings';
import {
  choice,
  ConfigInvalid,
  flag,
  optionalText,
  optionalWhole,
  text,
  url,
  whole,
  type Environment,
} from './setting';
import { DEFAULT_TASK_QUEUE } from './temporal/names';

/** Every variable that mfaflow reads beside Temporal's own (TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TLS, API key). */
export const settings = {
  databaseUrl: url(
    'DATABASE_URL',
    'URL of the Postgres database, such as postgres://user:password@host/mfaflow.',
  ),
  keysDatabaseUrl: optionalText(
    'KEYS_DATABASE_URL',
    'URL of the database of wrapped user keys; by default <database>_keys on the same server.',
  ),
  databasePool: whole('MFAFLOW_DATABASE_POOL', 'Connections to Postgres a process.', 20, 2, 500),
  masterKeyFile: text('MFAFLOW_MASTER_KEY_FILE', 'File with the master key, readable by its owner only.'),
  taskQueue: text('MFAFLOW_TASK_QUEUE', 'Temporal task queue of the workers.', DEFAULT_TASK_QUEUE),
  apiHost: text('MFAFLOW_API_HOST', 'Address that the API listens on.', '127.0.0.1'),
  apiPort: whole('MFAFLOW_API_PORT', 'Port of the API.', 3000, 0, 65_535),
  codecPort: whole('MFAFLOW_CODEC_PORT', 'Port of the codec server for the Temporal UI.', 3001, 0, 65_535),
  docs: flag('MFAFLOW_DOCS', 'Whether the API serves its documentation at /docs.', '1'),
  metricsHost: text('MFAFLOW_METRICS_HOST', 'Address that /metrics is served on.', '127.0.0.1'),
  apiMetricsPort: optionalWhole(
    'MFAFLOW_API_METRICS_PORT',
    'Port of /metrics of an API process; none is opened without it, and 0 picks a free one.',
    0,
    65_535,
  ),
  workerMetricsPort: optionalWhole(
    'MFAFLOW_WORKER_METRICS_PORT',
    'Port of /metrics of a worker; none is opened without it, and 0 picks a free one.',
    0,
    65_535,
  ),
  drainSeconds: whole(
    'MFAFLOW_DRAIN_SECONDS',
    'Seconds that an API process which is told to stop still serves, not ready, while load balancers turn away.',
    6,
    0,
    600,
  ),
  issuer: url('MFAFLOW_ISSUER', 'Public URL of the API: `iss` of every assertion.', 'http://127.0.0.1:3000'),
  temporalUiUrl: url(
    'MFAFLOW_TEMPORAL_UI_URL',
    'Where the Temporal UI is; its origin may call the codec server.',
    'http://127.0.0.1:8233',
  ),
  logLevel: choice('MFAFLOW_LOG_LEVEL', 'Least level that is logged.', 'info', [
    'debug',
    'info',
    'warn',
    'error',
    'silent',
  ]),
  maxInFlight: whole(
    'MFAFLOW_MAX_IN_FLIGHT',
    'Commands in flight an API process; beyond them requests wait.',
    50,
    1,
    10_000,
  ),
  maxWaiting: whole(
    'MFAFLOW_MAX_WAITING',
    'Requests that wait for a place; beyond them 429.',
    200,
    0,
    100_000,
  ),
  keyRequestsPerMinute: whole(
    'MFAFLOW_LIMIT_KEY_PER_MINUTE',
    'Requests a minute of one API key.',
    12_000,
    1,
    10_000_000,
  ),
  addressAttemptsPerMinute: whole(
    'MFAFLOW_LIMIT_ADDRESS_PER_MINUTE',
    'Authentications and answers a minute from one address of an end user.',
    300,
    1,
    10_000_000,
  ),
  userAttemptsPerMinute: whole(
    'MFAFLOW_LIMIT_USER_PER_MINUTE',
    'Commands a minute about one user.',
    300,
    1,
    10_000_000,
  ),
  linkRequestsPerMinute: whole(
    'MFAFLOW_LIMIT_LINKS_PER_MINUTE',
    'Requests a minute to the link page from one address.',
    120,
    1,
    10_000_000,
  ),
  trustedProxies: whole(
    'MFAFLOW_TRUSTED_PROXIES',
    'Reverse proxies in front of the API that each add the address they were asked from to X-Forwarded-For.',
    0,
    0,
    10,
  ),
  maxCachedWorkflows: whole(
    'MFAFLOW_MAX_CACHED_WORKFLOWS',
    'User lifecycles that a worker keeps in memory (about 0.1 MB each).',
    5_000,
    10,
    1_000_000,
  ),
  maxLocalActivities: whole(
    'MFAFLOW_MAX_DECISIONS',
    'Decisions that a worker takes side by side.',
    40,
    1,
    1_000,
  ),
  outboxDays: whole(
    'MFAFLOW_OUTBOX_DAYS',
    'Days that events, ended sessions and ended authentications are kept.',
    30,
    1,
    3_650,
  ),
  commandHours: whole(
    'MFAFLOW_COMMAND_HOURS',
    'Hours that the result of a command is kept for its retries.',
    24,
    1,
    8_760,
  ),
  restAfterDays: whole(
    'MFAFLOW_REST_AFTER_DAYS',
    'Days of quiet after which a lifecycle rests.',
    30,
    1,
    3_650,
  ),
  sweepSeconds: whole('MFAFLOW_SWEEP_SECONDS', 'Seconds between two runs of a sweep.', 60, 1, 86_400),
  testMode: flag('MFAFLOW_TEST_MODE', 'Opens the test mode; refused in production.'),
  testPort: whole('MFAFLOW_TEST_PORT', 'Port of the test mode.', 3002, 0, 65_535),
  testKey: optionalText('MFAFLOW_TEST_KEY', 'Key of the test mode.'),
  ...providerSettings,
};

export type Config = { [Name in keyof typeof settings]: ReturnType<(typeof settings)[Name]['read']> } & {
  keysDatabaseUrl: string;
  production: boolean;
};

/**
 * Reads and validates the environment once.
 *
 * @throws {ConfigInvalid} naming the first variable that is wrong.
 */
export function readConfig(environment: Environment): Config {
  const read = Object.fromEntries(
    Object.entries(settings).map(([name, setting]) => [name, setting.read(environment)]),
  ) as Config;
  const config: Config = {
    ...read,
    keysDatabaseUrl: keysDatabaseUrlOf(environment),
    production: environment['NODE_ENV'] === 'production',
  };
  if (!URL.canParse(config.keysDatabaseUrl)) throw new ConfigInvalid('KEYS_DATABASE_URL must be a URL.');
  if (config.testMode && config.production)
    throw new ConfigInvalid('MFAFLOW_TEST_MODE is refused when NODE_ENV is production.');
  if (config.testMode && config.testKey === undefined)
    throw new ConfigInvalid('MFAFLOW_TEST_KEY is not set, and the test mode needs it.');
  readConfigured(config);
  return config;
}

/** KEYS_DATABASE_URL, or what it is by default. */
export function keysDatabaseUrlOf(environment: Environment): string {
  return settings.keysDatabaseUrl.read(environment) ?? besideKeysUrl(settings.databaseUrl.read(environment));
}

/** The keys database that belongs to a main database by default: same server, `_keys` behind the name. */
export function besideKeysUrl(databaseUrl: string): string {
  const keys = new URL(databaseUrl);
  keys.pathname += '_keys';
  return keys.toString();
}
