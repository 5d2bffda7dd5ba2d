import { lstatSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { newApiKey } from '../security/api-key';
import { startBackingServers, type BackingServers } from './backing-servers';
import { makeFolder, openDataFolder, type DataFolder } from './data-folder';
import { EmbeddedError } from './embedded-error';
import { fileFault } from './file-fault';
import { logLength } from './log-file';
import { lockDataFolder, type DataFolderLock } from './data-folder-lock';
import { endLeftoverProgram, startNodeProgram } from './node-program';
import { newInboxKey, openInbox, type OpenInbox } from './inbox/open-inbox';
import { chooseMetricsPorts } from './metrics-ports';
import type { StartOptions, StartPorts } from './options';
import { claimPorts } from './ports';
import { prepareDatabases } from './prepare-databases';
import { refusalIn } from './refusal';
import { endLeftoverPostgres } from './postgres-leftover';
import { secretInFile } from './private-file';
import { programEnvironment, testModeOf } from './program-environment';
import { untilReady } from './readiness';
import { writeReadyFile, type ReadyFile, type StoresReady } from './ready-file';
import type { RunningProcess } from './running-process';
import { SupervisedProcess } from './supervised-process';
import { endLeftoverTemporal } from './temporal-server';
import type { Terminal } from './terminal';

type Program = 'postgres' | 'temporal' | 'worker' | 'server';

/** Who depends on whom: the users of each are gone when its turn comes. */
const stopOrder: readonly Program[] = ['server', 'worker', 'temporal', 'postgres'];

const displayNames: Readonly<Record<Program, string>> = {
  postgres: 'Postgres',
  temporal: 'Temporal',
  worker: 'The worker',
  server: 'The server',
};

/** What a killed supervisor left gets this long to let go of its ports; one that is just stopping, of its lock. */
const portPatienceMs = 20_000;
const lockPatienceMs = 5_000;
const readyLimitMs = 90_000;
const heapMegabytes = { worker: 1024, server: 512 } as const;

/** Brings the whole system up on one machine, keeps it up, and takes it down in order. */
export class Supervisor {
  /** Resolves with a sentence when a program ends again and again; never rejects. */
  readonly givenUp: Promise<string>;
  readonly #options: StartOptions;
  readonly #env: NodeJS.ProcessEnv;
  readonly #terminal: Terminal;
  readonly #programs = new Map<Program, SupervisedProcess>();
  readonly #over = new AbortController();
  #giveUp: (sentence: string) => void = () => undefined;
  #starting: Promise<unknown> = Promise.resolve();
  #lock: DataFolderLock | undefined;
  #inbox: OpenInbox | undefined;
  #ready = false;

  constructor(options: StartOptions, env: NodeJS.ProcessEnv, terminal: Terminal) {
    this.#options = options;
    this.#env = env;
    this.#terminal = terminal;
    this.givenUp = new Promise((resolve) => (this.#giveUp = resolve));
  }

  /**
   * Starts everything and writes the ready file.
   *
   * @throws {EmbeddedError} with a sentence for the person at the terminal; `stop` then takes down what was started.
   */
  start(): Promise<ReadyFile | StoresReady> {
    const starting = this.#start().catch((error: unknown) => {
      throw fileFault(error, this.#options.dataDir, '--data-dir DIR');
    });
    this.#starting = starting.catch(() => undefined);
    return starting;
  }

  /** Server, worker, Temporal, Postgres. `force` cuts every grace short. */
  async stop(force: AbortSignal): Promise<void> {
    this.#over.abort();
    await Promise.race([this.#starting, aborted(force)]);
    if (this.#lock === undefined) return;
    if (this.#ready) this.#removeReadyFile();
    for (const name of stopOrder) {
      const program = this.#programs.get(name);
      if (program === undefined) continue;
      await program.stop(force);
      this.#terminal.say(`${displayNames[name]} stopped`);
    }
    await this.#inbox?.stop();
    this.#lock.release();
  }

  async #start(): Promise<ReadyFile | StoresReady> {
    const folder = openDataFolder(this.#options.dataDir);
    this.#lock = await lockDataFolder(folder.lock, lockPatienceMs);
    this.#removeReadyFile();
    if (this.#lock.takenOver) this.#terminal.say('The last run was killed: ending what it left');
    await endLeftovers(folder);
    const ports = await claimPorts(this.#options.ports, this.#env, this.#lock.takenOver ? portPatienceMs : 0);
    const servers = await startBackingServers({
      dataDir: folder.path,
      ports,
      env: this.#env,
      terminal: this.#terminal,
      supervise: (name, start) => this.#supervise(name, start),
    });
    this.#over.signal.throwIfAborted();
    const ready =
      this.#options.storesOnly === true
        ? this.#storesAlone(folder, servers)
        : await this.#startOwn(folder, ports, servers);
    this.#ready = true;
    this.#writeReadyFile(ready);
    return ready;
  }

  #storesAlone(folder: DataFolder, { databases, temporal }: BackingServers): StoresReady {
    const masterKeyFile = this.#env['MFAFLOW_MASTER_KEY_FILE'] ?? folder.masterKey;
    return { ...databases, temporalAddress: temporal.address, masterKeyFile };
  }

  async #startOwn(
    folder: DataFolder,
    ports: StartPorts,
    { databases, temporal }: BackingServers,
  ): Promise<ReadyFile> {
    const apiKey = secretInFile(folder.developmentKey, newApiKey);
    const masterKeyFile = this.#env['MFAFLOW_MASTER_KEY_FILE'] ?? folder.masterKey;
    const tenant = await this.#terminal.step('Database schema, master key, first tenant', () =>
      prepareDatabases({
        databases,
        ...(masterKeyFile === folder.masterKey ? { ownMasterKeyFile: masterKeyFile } : {}),
        env: this.#env,
        apiKey,
      }),
    );
    const testMode = testModeOf(this.#env, ports.test);
    const metricsPorts = await chooseMetricsPorts(this.#env, ports);
    const inbox = await openInbox(this.#env, ports.inbox, secretInFile(folder.inboxKey, newInboxKey));
    this.#inbox = inbox;
    const around = { databases, temporal, masterKeyFile, ports, metricsPorts, testMode, inbox };
    const env = programEnvironment(this.#env, around);
    const apiUrl = `http://127.0.0.1:${ports.api}`;
    await this.#terminal.step(`Worker, and API on 127.0.0.1:${ports.api}`, async () => {
      await this.#supervise('worker', () => startProgram('worker', folder, env));
      await this.#supervise('server', () => startProgram('server', folder, env));
      await untilReady(`${apiUrl}/readyz`, readyLimitMs, this.#over.signal);
    });
    return {
      apiUrl,
      apiKey,
      tenant: tenant.tenantId,
      temporalAddress: temporal.address,
      ...(temporal.uiUrl === undefined ? {} : { temporalUiUrl: temporal.uiUrl }),
      codecUrl: `http://127.0.0.1:${ports.codec}`,
      inboxUrl: inbox.url,
      inboxKey: inbox.key,
      metricsUrls: {
        api: `http://127.0.0.1:${metricsPorts.api}/metrics`,
        worker: `http://127.0.0.1:${metricsPorts.worker}/metrics`,
      },
      ...databases,
      ...(testMode === undefined
        ? {}
        : { testUrl: `http://127.0.0.1:${testMode.port}`, testKey: testMode.key }),
    };
  }

  #removeReadyFile(): void {
    const { readyFile } = this.#options;
    if (readyFile === undefined) return;
    this.#onReadyFile(readyFile, () => {
      // A device or a folder by that name is nothing that this may remove or replace.
      if (lstatSync(readyFile, { throwIfNoEntry: false })?.isFile() === false)
        throw new EmbeddedError(
          'folder_unusable',
          `${readyFile} is no ordinary file: choose another with --ready-file FILE.`,
        );
      makeFolder(dirname(readyFile));
      rmSync(readyFile, { force: true });
    });
  }

  #writeReadyFile(ready: ReadyFile | StoresReady): void {
    const { readyFile } = this.#options;
    if (readyFile !== undefined) this.#onReadyFile(readyFile, () => writeReadyFile(readyFile, ready));
  }

  #onReadyFile(readyFile: string, act: () => void): void {
    try {
      act();
    } catch (error) {
      throw fileFault(error, readyFile, '--ready-file FILE');
    }
  }

  async #supervise(name: Program, start: () => Promise<RunningProcess>): Promise<void> {
    this.#over.signal.throwIfAborted();
    const logFile = join(this.#options.dataDir, 'logs', `${name}.log`);
    let logFrom = 0;
    const program = new SupervisedProcess({
      name: displayNames[name],
      start() {
        logFrom = logLength(logFile);
        return start();
      },
      log: this.#terminal.say,
      givenUp: (sentence) =>
        this.#giveUp(`${sentence}: ${refusalIn(logFile, logFrom) ?? `${logFile} says why.`}`),
      // Before anything was ready, a refusal is about the settings: trying again would only hide it.
      refused: () => (this.#ready ? undefined : refusalIn(logFile, logFrom)),
    });
    await program.start();
    this.#programs.set(name, program);
  }
}

function startProgram(
  name: 'worker' | 'server',
  folder: DataFolder,
  env: NodeJS.ProcessEnv,
): Promise<RunningProcess> {
  return startNodeProgram({
    script: require.resolve(`../${name}.js`),
    env,
    heapMegabytes: heapMegabytes[name],
    logFile: folder.logOf(name),
    recordFile: folder.recordOf(name),
  });
}

async function endLeftovers(folder: DataFolder): Promise<void> {
  await Promise.all([
    endLeftoverProgram(folder.recordOf('server')),
    endLeftoverProgram(folder.recordOf('worker')),
  ]);
  await Promise.all([endLeftoverTemporal(folder.path), endLeftoverPostgres(join(folder.path, 'postgres'))]);
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
