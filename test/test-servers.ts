import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { resolveTemporalBinary } from '../src/embedded/temporal-binary';
import {
  startTemporalServer,
  endLeftoverTemporal,
  type EmbeddedTemporal,
} from '../src/embedded/temporal-server';
import { startPostgres, type EmbeddedPostgres } from '../src/embedded/postgres';
import { endLeftoverPostgres } from '../src/embedded/postgres-leftover';
import { isRunning } from '../src/embedded/process-identity';
import { readProcessRecord, recordProcess } from '../src/embedded/process-record';

export interface TestServers {
  readonly folder: string;
  readonly postgres: EmbeddedPostgres;
  readonly temporal: EmbeddedTemporal;
  readonly timeSkippingServer: string;
  readonly temporalCli: string;
}

/** One Postgres and one Temporal dev server for a whole test run, in a folder that also names the run's process. */
export async function startTestServers(): Promise<TestServers> {
  const runs = join(tmpdir(), `mfaflow-test-${userInfo().uid}`);
  mkdirSync(runs, { recursive: true, mode: 0o700 });
  await clearAbandonedRuns(runs);
  const folder = mkdtempSync(join(runs, 'run-'));
  recordProcess(join(folder, 'owner.pid'), process.pid);
  const postgres = startPostgres({ dataDir: folder, port: 0 });
  const temporal = startTemporal(folder);
  const [postgresOutcome, temporalOutcome] = await Promise.allSettled([postgres, temporal]);
  if (postgresOutcome.status === 'fulfilled' && temporalOutcome.status === 'fulfilled') {
    return { folder, postgres: postgresOutcome.value, ...temporalOutcome.value };
  }
  if (postgresOutcome.status === 'fulfilled') await postgresOutcome.value.stop();
  if (temporalOutcome.status === 'fulfilled') await temporalOutcome.value.temporal.stop();
  rmSync(folder, { recursive: true, force: true });
  throw postgresOutcome.status === 'rejected'
    ? postgresOutcome.reason
    : (temporalOutcome as PromiseRejectedResult).reason;
}

export async function stopTestServers({ folder, postgres, temporal }: TestServers): Promise<void> {
  await Promise.all([postgres.stop(), temporal.stop()]);
  rmSync(folder, { recursive: true, force: true });
}

async function startTemporal(
  folder: string,
): Promise<Pick<TestServers, 'temporal' | 'temporalCli' | 'timeSkippingServer'>> {
  const log = (line: string): void => void process.stderr.write(`${line}\n`);
  const [temporalCli, timeSkippingServer] = await Promise.all([
    resolveTemporalBinary({ kind: 'temporal', log }),
    resolveTemporalBinary({ kind: 'test-server', log }),
  ]);
  const temporal = await startTemporalServer({
    binary: temporalCli,
    dataDir: folder,
    port: 0,
    namespace: 'default',
  });
  return { temporal, temporalCli, timeSkippingServer };
}

/** A run that was killed could not stop its servers; the next one does. */
async function clearAbandonedRuns(runs: string): Promise<void> {
  for (const name of readdirSync(runs)) {
    const folder = join(runs, name);
    const owner = readProcessRecord(join(folder, 'owner.pid'));
    if (owner === undefined || isRunning(owner)) continue;
    await Promise.all([endLeftoverPostgres(join(folder, 'postgres')), endLeftoverTemporal(folder)]);
    if (existsSync(folder)) rmSync(folder, { recursive: true, force: true });
  }
}
