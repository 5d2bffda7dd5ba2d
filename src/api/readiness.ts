import { MAX_DRIFT_MS, measureDrift, readHeartbeats } from '../persistence/heartbeat-repository';
import type { ApiDependencies } from './dependencies';

export interface ReadinessReport {
  readonly status: 'ready' | 'not_ready';
  readonly checks: {
    readonly postgres: boolean;
    readonly temporal: boolean;
    readonly worker: boolean;
    /** Neither this process's clock nor a worker's is more than two seconds from that of Postgres. */
    readonly clock: boolean;
  };
}

export interface Readiness {
  check(): Promise<ReadinessReport>;
}

const LIMIT_MS = 2_000;
/** Anybody may ask, so one look serves all who ask within it. */
const FRESH_MS = 500;

/** Asks everything that a login needs, all at once and within two seconds. */
export function createReadiness(
  dependencies: Pick<ApiDependencies, 'pool' | 'temporalHealthy' | 'draining'>,
  now: () => number = Date.now,
): Readiness {
  const { pool } = dependencies;
  let latest: Promise<ReadinessReport> | undefined;
  let lookedAt = Number.NEGATIVE_INFINITY;

  async function look(): Promise<ReadinessReport> {
    const [drift, heartbeats, temporal] = await Promise.all([
      within(measureDrift(pool, now), undefined),
      within(readHeartbeats(pool), undefined),
      within(dependencies.temporalHealthy(), false),
    ]);
    const workers = (heartbeats ?? []).filter((heartbeat) => heartbeat.kind === 'worker');
    const drifts = [drift ?? Number.NaN, ...workers.map((worker) => worker.driftMs)];
    const checks = {
      postgres: drift !== undefined && heartbeats !== undefined,
      temporal,
      worker: workers.length > 0,
      clock: drifts.every((ms) => Math.abs(ms) <= MAX_DRIFT_MS),
    };
    return { status: Object.values(checks).every(Boolean) ? 'ready' : 'not_ready', checks };
  }

  return {
    async check() {
      if (latest === undefined || performance.now() - lookedAt > FRESH_MS) {
        lookedAt = performance.now();
        latest = look();
      }
      const report = await latest;
      return dependencies.draining?.() === true ? { ...report, status: 'not_ready' } : report;
    },
  };
}

/** `otherwise` when it fails or does not come in time. */
async function within<Value, Otherwise>(
  work: Promise<Value>,
  otherwise: Otherwise,
): Promise<Value | Otherwise> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Otherwise>((resolve) => {
    timer = setTimeout(() => resolve(otherwise), LIMIT_MS);
  });
  try {
    return await Promise.race([work, late]);
  } catch {
    return otherwise;
  } finally {
    clearTimeout(timer);
  }
}
