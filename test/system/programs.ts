import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { checkout } from './running-system';

/** A part of mfaflow that runs as a process of its own. */
export interface Program {
  readonly pid: number;
  /** Port of the API; 0 for a worker. */
  readonly apiPort: number;
  /** Port of /metrics; 0 when none was asked for. */
  readonly metricsPort: number;
  kill(signal: NodeJS.Signals): void;
  readonly ended: Promise<void>;
}

const READY = { server: 'listening', worker: 'takes work' } as const;

/** Starts `dist/src/<name>.js` and resolves when its log says that it is up. */
export function startProgram(
  name: keyof typeof READY,
  environment: Record<string, string>,
): Promise<Program> {
  const file = join(checkout, 'dist', 'src', `${name}.js`);
  const child = spawn(process.execPath, [file], {
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
  });
  return new Promise((resolve, reject) => {
    void ended.then(() => reject(new Error(`The ${name} ended before it was ready.`)));
    onLine(child, (line) => {
      if (!line.includes(`"msg":"${READY[name]}"`)) return;
      const { apiPort = 0, metricsPort = 0 } = JSON.parse(line) as { apiPort?: number; metricsPort?: number };
      resolve({ pid: child.pid!, apiPort, metricsPort, ended, kill: (signal) => void child.kill(signal) });
    });
  });
}

function onLine(child: ChildProcess, see: (line: string) => void): void {
  let rest = '';
  child.stdout!.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) see(line);
  });
}
