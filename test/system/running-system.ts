import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ReadyFile } from '../../src/embedded/ready-file';
import { identifyProcess, type ProcessIdentity } from '../../src/embedded/process-identity';

export const checkout = join(__dirname, '..', '..');

const freePorts = ['api', 'codec', 'test', 'inbox', 'postgres', 'temporal', 'temporal-ui'].flatMap((name) => [
  `--${name}-port`,
  '0',
]);

export interface SystemOptions {
  readonly dataDir: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Options beside where the data, the ready file and the ports are. */
  readonly more?: readonly string[];
  /** Through npm, as a person does, rather than the compiled file itself. */
  readonly npm?: boolean;
}

/** A system that a test started with the one command. */
export interface System {
  readonly child: ChildProcess;
  readonly readyFile: string;
  output(): string;
  /** Resolves once the ready file is there. */
  ready(): Promise<ReadyFile>;
  /** Resolves with the exit code; null after a signal. */
  readonly exited: Promise<number | null>;
}

export function startSystem({ dataDir, env = {}, npm = false, more = [] }: SystemOptions): System {
  const readyFile = `${dataDir}-ready.json`;
  const options = ['--data-dir', dataDir, '--ready-file', readyFile, ...freePorts, ...more];
  const [command, args] = npm
    ? ['npm', ['start', '--ignore-scripts', '--', ...options]]
    : [process.execPath, [join(checkout, 'dist', 'src', 'embedded', 'start.js'), ...options]];
  const child = spawn(command, args, {
    cwd: checkout,
    env: { ...quietEnvironment(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (printed += text));
  let over = false;
  const exited = new Promise<number | null>((resolve) => {
    child.once('exit', (code) => {
      over = true;
      resolve(code);
    });
  });
  const ready = async (): Promise<ReadyFile> => {
    while (!existsSync(readyFile)) {
      if (over) throw new Error(`The system ended before it was ready:\n${printed}`);
      await sleep(50);
    }
    return JSON.parse(readFileSync(readyFile, 'utf8')) as ReadyFile;
  };
  return { child, readyFile, exited, ready, output: () => printed };
}

/** Every process that the system started, by the records in its data folder. */
export function processesOf(dataDir: string): ProcessIdentity[] {
  const recorded = ['server', 'worker', 'temporal']
    .map((name) => join(dataDir, `${name}.pid`))
    .filter((file) => existsSync(file))
    .map((file) => JSON.parse(readFileSync(file, 'utf8')) as ProcessIdentity);
  const postmaster = join(dataDir, 'postgres', 'postmaster.pid');
  if (!existsSync(postmaster)) return recorded;
  const postgres = identifyProcess(Number(readFileSync(postmaster, 'utf8').split('\n')[0]));
  return postgres === undefined ? recorded : [...recorded, postgres];
}

/** What the machine has set for other purposes would change what is started. */
function quietEnvironment(): NodeJS.ProcessEnv {
  const foreign = /^(MFAFLOW_|TEMPORAL_|DATABASE_URL$|KEYS_DATABASE_URL$|NODE_ENV$|npm_)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)));
}
