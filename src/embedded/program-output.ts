import { spawn } from 'node:child_process';
import { errorCode } from './error-code';

export interface ProgramOutcome {
  /** Ended by itself with exit code 0, within its time. */
  readonly succeeded: boolean;
  /** Why not: the last line it printed, its exit, or the time-out. */
  readonly reason: string;
}

export interface ProgramRun {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly limitMs: number;
}

/** Runs a program to its end, or ends it and what it started when its time is up. Never rejects. */
export function runProgram({ command, args, env, limitMs }: ProgramRun): Promise<ProgramOutcome> {
  return new Promise((resolve) => {
    // A process group of its own can be ended whole.
    const child = spawn(command, args, { env, detached: true, stdio: ['ignore', 'ignore', 'pipe'] });
    let printed = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (printed = (printed + text).slice(-4_000)));
    const limit = setTimeout(() => {
      endGroup(child.pid);
      resolve({ succeeded: false, reason: `no end within ${limitMs / 1000} s` });
    }, limitMs);
    child.once('error', (error) => {
      clearTimeout(limit);
      resolve({
        succeeded: false,
        reason: `${command}: ${errorCode(error) ?? error.message}`,
      });
    });
    child.once('close', (code) => {
      clearTimeout(limit);
      const lastLine = printed.trim().split('\n').at(-1) ?? '';
      resolve({ succeeded: code === 0, reason: lastLine === '' ? `exit code ${String(code)}` : lastLine });
    });
  });
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It ended in the same moment.
  }
}
