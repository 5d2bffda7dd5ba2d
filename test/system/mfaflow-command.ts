import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { checkout } from './running-system';

/** One run of the built `mfaflow` command, which can be watched and killed. */
export interface RunningCommand {
  readonly ended: Promise<CommandEnd>;
  /** The states of its progress so far, as `--json` writes them. */
  readonly progress: readonly { done: number; total: number }[];
  kill(): void;
}

export interface CommandEnd {
  /** null when it was killed. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts `mfaflow … --json` as a process of its own. */
export function startCommand(
  args: readonly string[],
  environment: Record<string, string>,
  onProgress: (done: number, total: number) => void = () => undefined,
): RunningCommand {
  const file = join(checkout, 'dist', 'src', 'cli', 'mfaflow.js');
  const child = spawn(process.execPath, [file, ...args, '--json'], {
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const written = { stdout: '', stderr: '' };
  const progress: { done: number; total: number }[] = [];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    written.stdout += text;
  });
  let rest = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    written.stderr += text;
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines.filter((one) => one.startsWith('{"progress"'))) {
      const { done, total } = JSON.parse(line) as { done: number; total: number };
      progress.push({ done, total });
      onProgress(done, total);
    }
  });
  const ended = new Promise<CommandEnd>((resolve) => {
    child.once('close', (exitCode) => resolve({ exitCode, ...written }));
  });
  return { ended, progress, kill: () => void child.kill('SIGKILL') };
}
