import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EndStep } from './process-identity';

/** A child process that was started and has not been waited for. */
export interface RunningProcess {
  readonly pid: number;
  /** How it ended, in words; resolves once, never rejects. */
  readonly exited: Promise<string>;
  /** Ends it step by step; `force` cuts the first, patient step short. */
  stop(force?: AbortSignal): Promise<void>;
}

/**
 * @param steps what ends this program in order, gentlest first.
 * @throws when the program could not be started at all.
 */
export async function runningProcess(
  child: ChildProcess,
  steps: readonly EndStep[],
): Promise<RunningProcess> {
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });
  const pid = child.pid;
  if (pid === undefined) throw new Error('A started process has a pid');
  let ended = false;
  const exited = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => {
      ended = true;
      resolve(signal === null ? `exit code ${String(code)}` : signal);
    });
  });
  child.on('error', () => undefined);
  const stop = async (force?: AbortSignal): Promise<void> => {
    for (const step of steps) {
      if (ended) return;
      child.kill(step.signal);
      await endOrGrace(exited, step.graceMs, step === steps[0] ? force : undefined);
    }
    await exited;
  };
  return { pid, exited, stop };
}

async function endOrGrace(exited: Promise<string>, graceMs: number, force?: AbortSignal): Promise<void> {
  const over = new AbortController();
  const signal = force === undefined ? over.signal : AbortSignal.any([over.signal, force]);
  const grace = sleep(graceMs, undefined, { signal }).catch(() => undefined);
  await Promise.race([exited, grace]);
  over.abort();
}
