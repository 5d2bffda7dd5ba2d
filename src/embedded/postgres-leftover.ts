import { execFileSync } from 'node:child_process';
import { readlinkSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { readIfPresent } from './private-file';
import { endProcess, identifyProcess, type EndStep } from './process-identity';

/** pg_ctl's fast, then immediate shutdown: the first rolls back and checkpoints, the second leaves recovery to the next start. */
export const postgresEnd: readonly EndStep[] = [
  { signal: 'SIGINT', graceMs: 10_000 },
  { signal: 'SIGQUIT', graceMs: 5_000 },
  { signal: 'SIGKILL', graceMs: 2_000 },
];

/**
 * Stops a server that a killed supervisor left on this cluster. A process that merely got the pid of a server long
 * gone is recognised and spared.
 *
 * @returns whether there was one.
 */
export async function endLeftoverPostgres(cluster: string): Promise<boolean> {
  const pid = Number(readIfPresent(join(cluster, 'postmaster.pid'))?.split('\n')[0]);
  if (!Number.isSafeInteger(pid) || pid <= 1) return false;
  const identity = identifyProcess(pid);
  if (identity === undefined || !servesCluster(pid, cluster)) return false;
  await endProcess(identity, postgresEnd);
  return true;
}

/** A postmaster's working directory is its cluster, whatever name it was started with. */
function servesCluster(pid: number, cluster: string): boolean {
  try {
    if (process.platform === 'linux') return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(cluster);
    return execFileSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' }).includes(
      `-D ${cluster}`,
    );
  } catch {
    return false;
  }
}
