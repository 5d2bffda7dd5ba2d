import { Client, Connection } from '@temporalio/client';
import { Pool } from 'pg';
import { ensureFirstTenant } from '../src/persistence/bootstrap';
import { publishFlow } from '../src/persistence/flow-repository';
import { newApiKey } from '../src/security/api-key';
import { randomId } from '../src/security/random-id';
import { ApplicationBackend, type BenchUser } from './application-backend';
import { BareUpdates } from './bare-updates';
import { DatabaseClock } from './database-clock';
import { largeFlow } from './large-flow';
import { LifecycleReader } from './lifecycle-reader';
import { underLoad } from './load';
import type { BenchOptions } from './options';
import { SystemProcess } from './system-process';

/** Distinct warm workflows: of the bare Update, of the logins by the shipped flow, of those by the large one. */
const warmCount = 100;

/**
 * What runs before anything is measured: as many calls as the compilers of API and workers need until what they make of
 * the hot path hardly changes any more.
 */
const warmUp = { bareUpdates: 1_000, logins: 2_000, largeFlowLogins: 500 };

/** Everything that the measurements share, warmed up. */
export interface Rig {
  readonly options: BenchOptions;
  readonly system: SystemProcess;
  readonly pool: Pool;
  readonly clock: DatabaseClock;
  readonly bare: BareUpdates;
  readonly lifecycles: LifecycleReader;
  /** The tenant that logs in by the shipped flow, and its warm users. */
  readonly backend: ApplicationBackend;
  readonly users: readonly BenchUser[];
  /** The tenant that logs in by a flow of 50 nodes, and its warm users. */
  readonly largeFlowBackend: ApplicationBackend;
  readonly largeFlowUsers: readonly BenchUser[];
  close(): Promise<void>;
}

/** Starts the system and warms everything up; when that fails, what was started is stopped. */
export async function setUpRig(options: BenchOptions, say: (line: string) => void): Promise<Rig> {
  const closing: (() => Promise<void> | void)[] = [];
  const close = async (): Promise<void> => {
    for (const end of closing.splice(0).reverse()) await end();
  };
  try {
    return await assembleRig(options, say, close, (end) => closing.push(end));
  } catch (error) {
    await close();
    throw error;
  }
}

async function assembleRig(
  options: BenchOptions,
  say: (line: string) => void,
  close: () => Promise<void>,
  whenOver: (end: () => Promise<void> | void) => void,
): Promise<Rig> {
  say('Starting the system');
  const system = await SystemProcess.start();
  whenOver(() => system.stop());
  const { apiUrl, apiKey, databaseUrl, temporalAddress } = system.ready;
  const pool = new Pool({ connectionString: databaseUrl, max: 2 });
  whenOver(() => pool.end());
  const connection = await Connection.connect({ address: temporalAddress });
  whenOver(() => connection.close());
  say(`Warming ${warmCount} bare workflows and ${2 * warmCount} users`);
  const bare = await BareUpdates.start(temporalAddress, warmCount);
  whenOver(() => bare.stop());
  const backend = new ApplicationBackend(apiUrl, apiKey);
  whenOver(() => backend.close());
  const largeFlowBackend = new ApplicationBackend(apiUrl, await addLargeFlowTenant(pool, databaseUrl));
  whenOver(() => largeFlowBackend.close());
  const users = await backend.importUsers('shipped', warmCount);
  const largeFlowUsers = await largeFlowBackend.importUsers('large', warmCount);
  const clock = new DatabaseClock(pool);
  await bare.updates(warmUp.bareUpdates);
  await underLoad({ clock }, backend, users, { logins: warmUp.logins });
  await underLoad({ clock }, largeFlowBackend, largeFlowUsers, { logins: warmUp.largeFlowLogins });
  const lifecycles = new LifecycleReader(pool, new Client({ connection }));
  return {
    options,
    system,
    pool,
    clock,
    bare,
    lifecycles,
    backend,
    users,
    largeFlowBackend,
    largeFlowUsers,
    close,
  };
}

/** @returns the key of a second tenant, whose login flow is the large one. */
async function addLargeFlowTenant(pool: Pool, databaseUrl: string): Promise<string> {
  const apiKey = newApiKey();
  const { tenantId } = await ensureFirstTenant(databaseUrl, { tenantName: 'large-flow', apiKey });
  const flowId = await publishFlow(pool, {
    flowId: randomId('flo', 8),
    tenantId,
    name: 'login',
    definition: largeFlow(),
  });
  await pool.query('UPDATE tenants SET login_flow_id = $2 WHERE tenant_id = $1', [tenantId, flowId]);
  return apiKey;
}
