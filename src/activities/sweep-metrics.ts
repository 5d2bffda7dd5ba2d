import { Counter, Gauge, type Registry } from 'prom-client';
import type { Pool } from 'pg';
import { readSweepLag, type SweepLag } from '../persistence/sweep-lag-repository';
import type { SweepActivities } from './sweeps';

type Page = Awaited<ReturnType<SweepActivities[keyof SweepActivities]>>;

/** Who asks again within it is told the same: a scrape must not be a load. */
const FRESH_MS = 5_000;

/** Counts the pages of every sweep, and shows how long the oldest row of each has been due. */
export function measureSweeps(
  registry: Registry,
  sweeps: SweepActivities,
  dependencies: { pool: Pool; retention: { commandHours: number; restAfterDays: number } },
): SweepActivities {
  const registers = [registry];
  const pages = new Counter({
    name: 'mfaflow_sweep_pages_total',
    help: 'Pages of a sweep that this worker dealt with, or could not.',
    labelNames: ['sweep', 'outcome'],
    registers,
  });
  const rows = new Counter({
    name: 'mfaflow_sweep_rows_total',
    help: 'Rows that this worker dealt with in a sweep.',
    labelNames: ['sweep'],
    registers,
  });
  const readLag = fresh(() => readSweepLag(dependencies.pool, dependencies.retention));
  new Gauge({
    name: 'mfaflow_sweep_lag_seconds',
    help: 'How long the oldest row of a sweep has been due; 0 when none is, nothing while Postgres is away.',
    labelNames: ['sweep'],
    registers,
    async collect() {
      const lag = await readLag();
      this.reset();
      for (const [sweep, seconds] of Object.entries(lag ?? {})) this.set({ sweep }, Number(seconds));
    },
  });

  async function measured(sweep: string, page: () => Promise<Page>): Promise<Page> {
    try {
      const done = await page();
      pages.inc({ sweep, outcome: 'done' });
      rows.inc({ sweep }, done.handled);
      return done;
    } catch (error) {
      pages.inc({ sweep, outcome: 'failed' });
      throw error;
    }
  }

  const named = Object.entries(sweeps) as [string, () => Promise<Page>][];
  return Object.fromEntries(
    named.map(([sweep, page]) => [sweep, () => measured(sweep, page)]),
  ) as unknown as SweepActivities;
}

function fresh(read: () => Promise<SweepLag>): () => Promise<SweepLag | undefined> {
  let latest: Promise<SweepLag | undefined> | undefined;
  let readAt = Number.NEGATIVE_INFINITY;
  return () => {
    if (latest === undefined || performance.now() - readAt > FRESH_MS) {
      readAt = performance.now();
      latest = read().catch(() => undefined);
    }
    return latest;
  };
}
