import { spawn } from 'node:child_process';
import { mkdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { EmbeddedError } from './embedded-error';
import { acceptsConnections, findFreePort } from './free-port';
import { logLength, withLogFile } from './log-file';
import type { EndStep } from './process-identity';
import { endRecordedProcess, recordProcess } from './process-record';
import { programFault, spawnFault } from './program-fault';
import { runningProcess, type RunningProcess } from './running-process';

export interface TemporalServerOptions {
  /** The official CLI, see `resolveTemporalBinary`. */
  readonly binary: string;
  /** Holds the database (`temporal.db`), the record of the process (`temporal.pid`) and its log (`logs/temporal.log`). */
  readonly dataDir: string;
  /** 0 picks a free one. */
  readonly port: number;
  /** 0 picks a free one; without it there is no Web UI. */
  readonly uiPort?: number;
  /** Temporal's HTTP API; a free one when absent. */
  readonly httpPort?: number;
  /** What the Web UI asks to decode payloads. */
  readonly codecUrl?: string;
  readonly namespace: string;
}

export interface EmbeddedTemporal extends RunningProcess {
  /** `127.0.0.1:port`, for clients. */
  readonly address: string;
  readonly uiUrl?: string;
}

const host = '127.0.0.1';
const startLimitMs = 60_000;

/** The dev server chooses some ten ports of its own before it listens on them, and may lose one in between. */
const attempts = 3;

/** The dev server closes its database on SIGTERM; it closed within a second whenever it was measured. */
const temporalEnd: readonly EndStep[] = [
  { signal: 'SIGTERM', graceMs: 10_000 },
  { signal: 'SIGKILL', graceMs: 2_000 },
];

/**
 * Starts Temporal's dev server with a database file, so that histories outlive it. One that a killed parent left
 * on this data folder is ended first: two servers on one file would spoil it.
 *
 * @throws {EmbeddedError} `server_not_started`, `disk_full`, `binary_missing`.
 */
export async function startTemporalServer(options: TemporalServerOptions): Promise<EmbeddedTemporal> {
  mkdirSync(options.dataDir, { recursive: true, mode: 0o700 });
  await endLeftoverTemporal(options.dataDir);
  assertDatabaseFile(join(options.dataDir, 'temporal.db'));
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await launch(options);
    } catch (error) {
      const lostRace = error instanceof EmbeddedError && error.message.includes('address already in use');
      if (!lostRace || attempt === attempts) throw error;
    }
  }
}

function assertDatabaseFile(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== false) return;
  throw new EmbeddedError(
    'folder_unusable',
    `${path} is no ordinary file: move it away, or choose another folder with --data-dir DIR.`,
  );
}

async function launch(options: TemporalServerOptions): Promise<EmbeddedTemporal> {
  const port = options.port === 0 ? await findFreePort() : options.port;
  const uiPort = options.uiPort === 0 ? await findFreePort() : options.uiPort;
  const address = `${host}:${port}`;
  const logFile = join(options.dataDir, 'logs', 'temporal.log');
  const logFrom = logLength(logFile);
  const starting = withLogFile(logFile, (log) => {
    // A session of its own: Ctrl-C in the terminal reaches only the supervisor, which stops in order.
    const child = spawn(options.binary, serverArguments(options, port, uiPort), {
      detached: true,
      stdio: ['ignore', log, log],
    });
    return runningProcess(child, temporalEnd);
  });
  const server = await starting.catch((error: unknown) => {
    throw spawnFault(error, options.binary, 'correct or unset TEMPORAL_CLI_PATH');
  });
  const record = recordFile(options.dataDir);
  recordProcess(record, server.pid);
  void server.exited.then(() => rmSync(record, { force: true }));
  try {
    await untilNamespaceAnswers(server, port, options.namespace, { logFile, logFrom });
  } catch (error) {
    await server.stop(AbortSignal.abort());
    throw error;
  }
  return { ...server, address, ...(uiPort === undefined ? {} : { uiUrl: `http://${host}:${uiPort}` }) };
}

/** Ends the dev server that a killed parent left on this data folder, if there is one. */
export function endLeftoverTemporal(dataDir: string): Promise<void> {
  return endRecordedProcess(recordFile(dataDir), temporalEnd);
}

function recordFile(dataDir: string): string {
  return join(dataDir, 'temporal.pid');
}

function serverArguments(options: TemporalServerOptions, port: number, uiPort: number | undefined): string[] {
  const { dataDir, namespace, codecUrl, httpPort } = options;
  const ui = uiPort === undefined ? ['--headless'] : ['--ui-port', String(uiPort), '--ui-disable-news-fetch'];
  return [
    ...['server', 'start-dev', '--db-filename', join(dataDir, 'temporal.db')],
    ...['--ip', host, '--port', String(port)],
    ...['--namespace', namespace, '--log-level', 'error', '--log-format', 'json'],
    // The machine's own Temporal profile is about some other server.
    ...['--disable-config-file', '--disable-config-env'],
    // Ten Updates in flight a workflow are the default, and at twelve the throughput collapses.
    ...['--dynamic-config-value', 'history.maxInFlightUpdates=100'],
    ...ui,
    ...(uiPort === undefined || codecUrl === undefined ? [] : ['--ui-codec-endpoint', codecUrl]),
    ...(httpPort === undefined ? [] : ['--http-port', String(httpPort)]),
  ];
}

async function untilNamespaceAnswers(
  server: RunningProcess,
  port: number,
  namespace: string,
  log: { logFile: string; logFrom: number },
): Promise<void> {
  const deadline = Date.now() + startLimitMs;
  let ended: string | undefined;
  void server.exited.then((how) => (ended = how));
  while (!(await answers(port, namespace))) {
    if (ended === undefined && Date.now() < deadline) {
      await sleep(25);
      continue;
    }
    const reason = ended ?? `no answer within ${startLimitMs / 1000} s`;
    throw programFault({ name: "Temporal's dev server", code: 'server_not_started', reason, ...log });
  }
}

async function answers(port: number, namespace: string): Promise<boolean> {
  // gRPC waits a second before it tries a refused connection again.
  if (!(await acceptsConnections(port))) return false;
  try {
    const connection = await Connection.connect({ address: `${host}:${port}`, connectTimeout: 2_000 });
    try {
      await connection.workflowService.describeNamespace({ namespace });
      return true;
    } finally {
      await connection.close();
    }
  } catch {
    return false;
  }
}
