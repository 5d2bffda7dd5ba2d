import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import type { Pool } from 'pg';
import type { Foundation } from './foundation';
import { packageRoot } from './package-root';

type Observed = Pick<Foundation, 'pool' | 'keysPool' | 'dataKeys'>;

/**
 * A registry with what every process shows of itself: build, database connections, key cache; memory, event loop
 * and garbage collection with `defaults`, which are observed from then on.
 */
export function createProcessRegistry(observed: Observed, options: { defaults: boolean }): Registry {
  const registry = new Registry();
  const registers = [registry];
  if (options.defaults) collectDefaultMetrics({ register: registry });
  new Gauge({
    name: 'mfaflow_build_info',
    help: 'Always 1; what runs is in the labels.',
    labelNames: ['version', 'node'],
    registers,
  }).set({ version: packageVersion(), node: process.versions.node }, 1);
  const pools: Readonly<Record<string, Pool>> = { main: observed.pool, keys: observed.keysPool };
  new Gauge({
    name: 'mfaflow_database_connections',
    help: 'Connections of this process by database; waiting is who waits for one.',
    labelNames: ['database', 'state'],
    registers,
    collect() {
      for (const [database, pool] of Object.entries(pools)) {
        this.set({ database, state: 'total' }, pool.totalCount);
        this.set({ database, state: 'idle' }, pool.idleCount);
        this.set({ database, state: 'waiting' }, pool.waitingCount);
      }
    },
  });
  new Counter({
    name: 'mfaflow_data_key_lookups_total',
    help: 'Look-ups of data keys: a hit was in memory, a miss asked the keys database.',
    labelNames: ['result'],
    registers,
    collect() {
      const { hits, misses } = observed.dataKeys.lookups();
      this.reset();
      this.inc({ result: 'hit' }, hits);
      this.inc({ result: 'miss' }, misses);
    },
  });
  return registry;
}

function packageVersion(): string {
  const manifest = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as {
    version: string;
  };
  return manifest.version;
}
