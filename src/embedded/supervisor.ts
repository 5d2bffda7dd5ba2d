import { mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ensureFirstTenant } from '../persistence/bootstrap';
import { migrate } from '../persistence/migrate';
import { newApiKey } from '../security/api-key';
import { ensureMasterKeyFile } from '../security/master-key/create-master-key-file';
import { startBackingServers, type BackingServers } from './backing-servers';
import { openDataFolder, type DataFolder } from './data-folder';
import { lockDataFolder, type DataFolderLock } from './data-folder-lock';
import { endLeftoverProgram, startNodeProgram } from './node-program';
import type { StartOptions, StartPorts } from './options';
import { refuseMovedClock } from './moved-clock';
import { claimPorts } from './ports';
import { endLeftoverPostgres } from './postgres-leftover';
import { secretInFile } from './private-file';
import { programEnvironment, testModeOf } from './program-environment';
import { untilReady } from './readiness';
import { writeReadyFile, type ReadyFile } from './ready-file';
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
  start(): Promise<ReadyFile> {
    const starting = this.#start();
    this.#starting = starting.catch(() => undefined);
    return starting;
  }

  /** Server, worker, Temporal, Postgres. `force` cuts every grace short. */
  async stop(force: AbortSignal): Promise<void> {
    this.#over.abort();
    await Promise.race([this.#starting, aborted(force)]);
    if (this.#lock === undefined) return;
    this.#removeReadyFile();
    for (const name of stopOrder) {
      const program = this.#programs.get(name);
      if (program === undefined) continue;
      await program.stop(force);
      this.#terminal.say(`${displayNames[name]} stopped`);
    }
    this.#lock.release();
  }

  async #start(): Promise<ReadyFile> {
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
    const ready = await this.#startOwn(folder, ports, servers);
    if (this.#options.readyFile !== undefined) writeReadyFile(this.#options.readyFile, ready);
    return ready;
  }

  async #startOwn(
    folder: DataFolder,
    ports: StartPorts,
    { databases, temporal }: BackingServers,
  ): Promise<ReadyFile> {
    const apiKey = secretInFile(folder.developmentKey, newApiKey);
    const masterKeyFile = this.#env['MFAFLOW_MASTER_KEY_FILE'] ?? folder.masterKey;
    const tenant = await this.#terminal.step('Database schema, master key, first tenant', async () => {
      await migrate(databases.databaseUrl, 'main');
      await migrate(databases.keysDatabaseUrl, 'keys');
      if (masterKeyFile === folder.masterKey) await ensureMasterKeyFile(masterKeyFile);
      await refuseMovedClock(databases.databaseUrl, this.#env);
      return ensureFirstTenant(databases.databaseUrl, { tenantName: 'development', apiKey });
    });
    const testMode = testModeOf(this.#env, ports.test);
    const env = programEnvironment(this.#env, { databases, temporal, masterKeyFile, ports, testMode });
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
      ...databases,
      ...(testMode === undefined
        ? {}
        : { testUrl: `http://127.0.0.1:${testMode.port}`, testKey: testMode.key }),
    };
  }

  #removeReadyFile(): void {
    const { readyFile } = this.#options;
    if (readyFile === undefined) return;
    mkdirSync(dirname(readyFile), { recursive: true });
    rmSync(readyFile, { force: true });
  }

  async #supervise(name: Program, start: () => Promise<RunningProcess>): Promise<void> {
    this.#over.signal.throwIfAborted();
    const logFile = join(this.#options.dataDir, 'logs', `${name}.log`);
    const program = new SupervisedProcess({
      name: displayNames[name],
      start,
      log: this.#terminal.say,
      givenUp: (sentence) => this.#giveUp(`${sentence}: ${logFile} says why.`),
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
