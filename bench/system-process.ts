import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openDataFolder } from '../src/embedded/data-folder';
import { readProcessRecord } from '../src/embedded/process-record';
import type { ReadyFile } from '../src/embedded/ready-file';

const startLimitMs = 120_000;
const noPort = ['api', 'codec', 'test', 'inbox', 'postgres', 'temporal', 'temporal-ui'].flatMap((name) => [
  `--${name}-port`,
  '0',
]);

/** The system under measurement: what `npm start` starts, in a folder of its own, with nothing set but defaults. */
export class SystemProcess {
  readonly ready: ReadyFile;
  readonly #child: ChildProcess;
  readonly #folder: string;

  private constructor(child: ChildProcess, folder: string, ready: ReadyFile) {
    this.#child = child;
    this.#folder = folder;
    this.ready = ready;
  }

  /** @param more settings beside the defaults */
  static async start(more: NodeJS.ProcessEnv = {}): Promise<SystemProcess> {
    const folder = mkdtempSync(join(tmpdir(), 'mfaflow-bench-'));
    const readyFile = join(folder, 'ready.json');
    const script = require.resolve('../src/embedded/start');
    const child = spawn(
      process.execPath,
      [script, '--data-dir', join(folder, 'data'), '--ready-file', readyFile, ...noPort],
      { env: { ...environmentWithoutSettings(), ...more }, stdio: ['ignore', 'ignore', 'inherit'] },
    );
    const deadline = Date.now() + startLimitMs;
    while (!existsSync(readyFile)) {
      if (child.exitCode !== null || child.signalCode !== null) throw new Error('The system did not start.');
      if (Date.now() > deadline) throw new Error(`The system did not start in ${startLimitMs / 1_000} s.`);
      await sleep(50);
    }
    return new SystemProcess(child, folder, JSON.parse(readFileSync(readyFile, 'utf8')) as ReadyFile);
  }

  /** Of the worker that the system runs. */
  get workerPid(): number {
    const record = readProcessRecord(openDataFolder(join(this.#folder, 'data')).recordOf('worker'));
    if (record === undefined) throw new Error('The worker of the system is not known.');
    return record.pid;
  }

  /** The environment of the system's worker, for another one beside it (proc_pid_environ(5)). */
  workerEnvironment(): NodeJS.ProcessEnv {
    const entries = readFileSync(`/proc/${this.workerPid}/environ`, 'utf8')
      .split('\0')
      .filter((entry) => entry !== '');
    return Object.fromEntries(entries.map((entry) => entry.split(/=(.*)/s).slice(0, 2) as [string, string]));
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode === null) {
      const ended = once(this.#child, 'exit');
      this.#child.kill('SIGTERM');
      await ended;
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Whatever the shell has set for another mfaflow, database or Temporal is not what is measured; where binaries lie, stays. */
function environmentWithoutSettings(): NodeJS.ProcessEnv {
  const foreign = /^(MFAFLOW_(?!CACHE_DIR$)|TEMPORAL_(?!CLI_PATH$)|(KEYS_)?DATABASE_URL$|NODE_ENV$)/;
  const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)));
  // As a child of npm, it stops by itself when its parent is gone, however that ended.
  return { ...own, npm_lifecycle_event: 'bench' };
}
