import { readFileSync } from 'node:fs';
import { identifyProcess, isRunning, type ProcessIdentity } from './process-identity';

const lookEveryMs = 500;

/**
 * Calls back when the npm that started this is gone. npm hands on SIGINT and SIGTERM, but when it is killed outright
 * nobody would stop what it started. Without npm there is no launcher: a shell may close and leave a server running.
 */
export function whenLauncherIsGone(gone: () => void): void {
  if (process.env['npm_lifecycle_event'] === undefined) return;
  const launchers = launcherChain();
  const timer = setInterval(() => {
    if (launchers.every(isRunning)) return;
    clearInterval(timer);
    gone();
  }, lookEveryMs);
  timer.unref();
}

/** The parent, and where that is the shell of an npm script, npm itself. */
function launcherChain(): ProcessIdentity[] {
  const parent = identifyProcess(process.ppid);
  if (parent === undefined) return [];
  const grandparent = shellParent(parent.pid);
  return grandparent === undefined ? [parent] : [parent, grandparent];
}

function shellParent(pid: number): ProcessIdentity | undefined {
  try {
    const [, name, parent] = /^\d+ \((.*)\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'latin1')) ?? [];
    return name?.endsWith('sh') === true ? identifyProcess(Number(parent)) : undefined;
  } catch {
    return undefined;
  }
}
