import type { Pool } from 'pg';
import {
  measureDrift,
  type ProcessKind,
  readHeartbeats,
  removeHeartbeat,
  writeHeartbeat,
} from './heartbeat-repository';

/** A process's sign of life. */
export interface HeartbeatLoop {
  /** How many API processes were alive at the last beat; at least one. */
  liveApiProcesses: () => number;
  /** Stops and takes the sign back, so that nobody waits for this process. */
  stop(): Promise<void>;
}

/**
 * Beats every `everyMs` until stopped. A beat that fails is reported and tried again at the next: a heartbeat
 * never ends its process.
 */
export async function startHeartbeat(options: {
  pool: Pool;
  processId: string;
  kind: ProcessKind;
  everyMs?: number;
  onError: (error: unknown) => void;
}): Promise<HeartbeatLoop> {
  const { pool, processId, kind, everyMs = 5_000, onError } = options;
  let liveApis = 1;
  let underWay = Promise.resolve();

  async function beat(): Promise<void> {
    try {
      const driftMs = await measureDrift(pool);
      await writeHeartbeat(pool, { processId, kind, driftMs });
      const alive = await readHeartbeats(pool);
      liveApis = Math.max(1, alive.filter((one) => one.kind === 'api').length);
    } catch (error) {
      onError(error);
    }
  }

  await beat();
  const timer = setInterval(() => {
    underWay = underWay.then(beat);
  }, everyMs);
  timer.unref();

  return {
    liveApiProcesses: () => liveApis,
    async stop() {
      clearInterval(timer);
      await underWay;
      await removeHeartbeat(pool, processId).catch(onError);
    },
  };
}
