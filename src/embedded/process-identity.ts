import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** A process told apart from a later one that was given the same pid: by when it started. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly startedAt: string;
}

export interface EndStep {
  readonly signal: NodeJS.Signals;
  /** How long the process may take before the next step, in milliseconds. */
  readonly graceMs: number;
}

/** Which process has this pid now; `undefined` when none runs, a zombie included. */
export function identifyProcess(pid: number): ProcessIdentity | undefined {
  const startedAt = process.platform === 'linux' ? startOnLinux(pid) : startElsewhere(pid);
  return startedAt === undefined ? undefined : { pid, startedAt };
}

export function isRunning(identity: ProcessIdentity): boolean {
  return identifyProcess(identity.pid)?.startedAt === identity.startedAt;
}

/** Signals the process step by step until it is gone. Another process with the same pid is never touched. */
export async function endProcess(identity: ProcessIdentity, steps: readonly EndStep[]): Promise<void> {
  for (const step of steps) {
    if (!signalProcess(identity, step.signal)) return;
    const deadline = Date.now() + step.graceMs;
    while (isRunning(identity) && Date.now() < deadline) await sleep(25);
  }
}

function signalProcess(identity: ProcessIdentity, signal: NodeJS.Signals): boolean {
  if (!isRunning(identity)) return false;
  try {
    return process.kill(identity.pid, signal);
  } catch {
    return false;
  }
}

/** proc_pid_stat(5): field 3 is the state, field 22 the start in clock ticks since boot, so the boot belongs to it. */
function startOnLinux(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state, ticks] = [fields[0], fields[19]];
    if (state === 'Z' || state === 'X' || ticks === undefined) return undefined;
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()}/${ticks}`;
  } catch {
    return undefined;
  }
}

function startElsewhere(pid: number): string | undefined {
  try {
    const options = { encoding: 'latin1', env: { ...process.env, LC_ALL: 'C' }, stdio: 'pipe' } as const;
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], options).trim() || undefined;
  } catch {
    return undefined;
  }
}
