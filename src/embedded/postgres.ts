import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { ensureDatabase } from './database';
import { findFreePort } from './free-port';
import { logLength, withLogFile } from './log-file';
import { postgresAccount } from './postgres-account';
import { openCluster, type ClusterPlace } from './postgres-cluster';
import { postgresInstallation } from './postgres-installation';
import { endLeftoverPostgres, postgresEnd } from './postgres-leftover';
import { missingPrograms, spawnPostgresProgram } from './postgres-program';
import { programFault, spawnFault } from './program-fault';
import { runningProcess, type RunningProcess } from './running-process';

export interface EmbeddedPostgres extends RunningProcess {
  readonly port: number;
  readonly password: string;
  /** `postgres://postgres:…@127.0.0.1:port/postgres` */
  readonly adminUrl: string;
  databaseUrl(name: string): string;
  /** Creates the database unless it exists. */
  ensureDatabase(name: string): Promise<void>;
}

export interface PostgresOptions {
  /** Holds the cluster (`postgres/`), its password (`postgres-password`, mode 0600) and its log (`logs/postgres.log`). */
  readonly dataDir: string;
  /** 0 picks a free one. */
  readonly port: number;
}

/** Crash recovery replays at most what `max_wal_size` allows, which a slow disk does within this. */
const startLimitMs = 60_000;

const settings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  shared_buffers: '128MB',
  log_timezone: 'UTC',
  timezone: 'UTC',
  // Statements and the DETAIL of an error can name people; the log gets neither.
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
};

/**
 * Starts the packaged Postgres on 127.0.0.1, on the cluster in the data folder, made on first use. A server left
 * on that cluster by a killed parent is stopped first. Durable (fsync on), scram passwords only, no socket files.
 *
 * @throws {EmbeddedError} `platform_not_supported`, `account_missing`, `binary_missing`,
 * `cluster_unusable`, `disk_full`, `server_not_started`.
 */
export async function startPostgres(options: PostgresOptions): Promise<EmbeddedPostgres> {
  const place = clusterPlace(options.dataDir);
  await endLeftoverPostgres(place.cluster);
  const password = await openCluster(place);
  const port = options.port === 0 ? await findFreePort() : options.port;
  const databaseUrl = (name: string): string =>
    `postgres://postgres:${password}@127.0.0.1:${port}/${encodeURIComponent(name)}`;
  const adminUrl = databaseUrl('postgres');
  const logFrom = logLength(place.logFile);
  const server = await launch(place, port);
  try {
    await untilItAnswers(server, adminUrl, place.logFile, logFrom);
  } catch (error) {
    await server.stop(AbortSignal.abort());
    throw error;
  }
  return {
    ...server,
    port,
    password,
    adminUrl,
    databaseUrl,
    ensureDatabase: (name) => ensureDatabase(adminUrl, name),
  };
}

function clusterPlace(dataDir: string): ClusterPlace {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const cluster = join(dataDir, 'postgres');
  const account = postgresAccount(cluster);
  return {
    cluster,
    account,
    installation: postgresInstallation(dataDir, account),
    passwordFile: join(dataDir, 'postgres-password'),
    logFile: join(dataDir, 'logs', 'postgres.log'),
  };
}

function launch(place: ClusterPlace, port: number): Promise<RunningProcess> {
  const args = Object.entries({ ...settings, port }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return withLogFile(place.logFile, (log) =>
    runningProcess(spawnPostgresProgram({ ...place, program: 'postgres', args, log }), postgresEnd),
  ).catch((error: unknown) => {
    throw spawnFault(error, join(place.installation, 'bin', 'postgres'), missingPrograms);
  });
}

async function untilItAnswers(
  server: RunningProcess,
  adminUrl: string,
  logFile: string,
  logFrom: number,
): Promise<void> {
  const deadline = Date.now() + startLimitMs;
  let ended: string | undefined;
  void server.exited.then((how) => (ended = how));
  while (!(await answers(adminUrl))) {
    if (ended === undefined && Date.now() < deadline) {
      await sleep(25);
      continue;
    }
    const reason = ended ?? `no answer within ${startLimitMs / 1000} s`;
    throw programFault({ name: 'Postgres', code: 'server_not_started', reason, logFile, logFrom });
  }
}

async function answers(adminUrl: string): Promise<boolean> {
  const client = new Client({ connectionString: adminUrl, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}
