import type { PoolClient } from 'pg';
import { factors } from '../../factors/catalogue';
import { raiseEpoch } from '../../persistence/epoch-repository';
import { listTenants } from '../../persistence/restore-findings';
import {
  endAuthentications,
  endChallenges,
  endEnrolments,
  raiseCounters,
  raiseVersions,
  readInstant,
  removeFactors,
} from '../../persistence/restore-repairs';
import { compareLifecycles } from '../../persistence/restore-lifecycles';
import {
  beginRepair,
  markChecked,
  noteRestore,
  recordRepair,
  type RestoreRow,
} from '../../persistence/restore-repository';
import { deriveDeploymentSecrets } from '../../security/deployment-secrets';
import { randomId } from '../../security/random-id';
import { runningLifecycles, terminateLifecycles } from '../../temporal/running-lifecycles';
import { BackupError } from './backup-error';
import { eraseRows, markRisen } from './erase-risen';
import { openedPages, type Findings } from './examine';
import type { Installation } from './installation';
import { openDeploymentKey, type OpenedUser } from './open-users';
import type { Risen } from './tombstones';

export interface RepairOptions {
  /** Trusts that no single-use code was spent since the backup. */
  readonly keepRecoveryCodes: boolean;
  /** Removes factors that cannot be opened, rather than refusing to go on. */
  readonly retireClosed: boolean;
}

/** What was done, over all tenants that were not done before. */
export interface Repairs {
  readonly tenants: number;
  readonly authenticationsEnded: number;
  readonly enrolmentsEnded: number;
  readonly countersMoved: number;
  readonly factorsRetired: number;
  readonly usersErased: number;
  readonly lifecyclesTerminated: number;
}

type TenantCounts = Omit<Repairs, 'tenants' | 'lifecyclesTerminated'>;

/**
 * Makes a restored installation refuse what was spent, revoked or erased since the backup. One transaction a tenant;
 * interrupted, it goes on with the tenants that are left.
 *
 * Results of commands stay: a retry of a request from before the restore finds its answer instead of being carried out a
 * second time, and the raised epoch keeps tokens from being minted out of it.
 *
 * @param findings what `examine` found just before.
 * @throws {BackupError} `keys_missing` without the deployment's key; `not_opened` when factors do not open, for their
 *   codes could be made safe by nothing, and the missing key may turn up later.
 */
export async function applyRepairs(
  installation: Installation,
  findings: Findings,
  options: RepairOptions,
): Promise<Repairs> {
  const deploymentKey = await openDeploymentKey(installation);
  if (deploymentKey === undefined)
    throw new BackupError(
      'keys_missing',
      'The key of this deployment does not open, so nothing was changed: restore the keys database and the master key file that belong to this backup.',
    );
  const { closed } = findings.users;
  if (closed.count > 0 && !options.retireClosed)
    throw new BackupError(
      'not_opened',
      `The factors of ${closed.count} users do not open, so nothing was changed: bring the keys database and the master key file that fit, or remove these factors with --retire-closed.`,
    );
  const { blindIndexKey } = deriveDeploymentSecrets(deploymentKey);
  const restore = findings.restore ?? (await noteOtherRestore(installation));
  const sum: Record<keyof TenantCounts, number> & { tenants: number } = { ...none, tenants: 0 };
  for (const { tenantId } of await listTenants(installation.pool)) {
    const risen = findings.risen.filter((user) => user.tenantId === tenantId);
    const counts = await repairTenant(installation, { restore, tenantId, risen, blindIndexKey }, options);
    if (counts === undefined) continue;
    sum.tenants += 1;
    for (const name of Object.keys(none) as (keyof TenantCounts)[]) sum[name] += counts[name];
  }
  await eraseRows(installation, findings.risen);
  const lifecyclesTerminated = await terminateUnknown(installation);
  await markChecked(installation.pool, restore.restoreId);
  return { ...sum, lifecyclesTerminated };
}

const none: TenantCounts = {
  authenticationsEnded: 0,
  enrolmentsEnded: 0,
  countersMoved: 0,
  factorsRetired: 0,
  usersErased: 0,
};

async function noteOtherRestore({ pool }: Installation): Promise<RestoreRow> {
  const restoreId = randomId('res');
  await noteRestore(pool, restoreId);
  return { restoreId, takenAt: null, restoredAt: new Date() };
}

interface TenantRepair {
  readonly restore: RestoreRow;
  readonly tenantId: string;
  readonly risen: readonly Risen[];
  readonly blindIndexKey: Buffer;
}

/** @returns undefined when it was done before. */
async function repairTenant(
  installation: Installation,
  repair: TenantRepair,
  options: RepairOptions,
): Promise<TenantCounts | undefined> {
  const { restoreId, takenAt } = repair.restore;
  const client = await installation.pool.connect();
  let broken = true;
  try {
    await client.query('BEGIN');
    const counts = (await beginRepair(client, restoreId, repair.tenantId))
      ? await repairWithin(client, installation, repair, options)
      : undefined;
    if (counts !== undefined)
      await recordRepair(client, { restoreId, tenantId: repair.tenantId, takenAt, counts });
    await client.query('COMMIT');
    broken = false;
    return counts;
  } finally {
    // A connection that is closed rolls back.
    client.release(broken);
  }
}

async function repairWithin(
  client: PoolClient,
  installation: Installation,
  { tenantId, risen, blindIndexKey }: TenantRepair,
  options: RepairOptions,
): Promise<TenantCounts> {
  await raiseEpoch(client, { tenantId, scope: 'tenant', subject: '', reason: 'the database was restored' });
  await raiseVersions(client, tenantId);
  const usersErased = await markRisen(client, risen, blindIndexKey);
  const authenticationsEnded = await endAuthentications(client, tenantId);
  await endChallenges(client, tenantId);
  const enrolmentsEnded = await endEnrolments(client, tenantId);
  const nowMs = await readInstant(client);
  let [countersMoved, factorsRetired] = [0, 0];
  for await (const page of openedPages({ ...installation, pool: client }, tenantId)) {
    const { floors, retired } = becomesOf(page, nowMs, options);
    countersMoved += await raiseCounters(client, floors);
    factorsRetired += await removeFactors(client, tenantId, retired, 'factor.removed');
  }
  return { authenticationsEnded, enrolmentsEnded, countersMoved, factorsRetired, usersErased };
}

/** What the factors of a page become, each as its kind says. */
function becomesOf(page: readonly OpenedUser[], nowMs: number, options: RepairOptions) {
  const floors: { factorId: string; counter: number }[] = [];
  const retired: string[] = [];
  for (const one of page) {
    if ('closed' in one) {
      if (options.retireClosed) retired.push(...one.user.factors.map(({ factorId }) => factorId));
      continue;
    }
    for (const { factor, material } of one.opened) {
      const state = { counter: factor.counter, spent: new Set(factor.spent) };
      const becomes = factors.get(factor.kind)?.methods.afterRestore(material, state, { nowMs });
      if (becomes === 'retire') {
        if (!options.keepRecoveryCodes) retired.push(factor.factorId);
      } else if (becomes !== undefined) {
        floors.push({ factorId: factor.factorId, counter: becomes.counter });
      }
    }
  }
  return { floors, retired };
}

/** Asked after the repairs, so that the lifecycles of those who were erased again are among them. */
async function terminateUnknown({ pool, temporal, config }: Installation): Promise<number> {
  const { unknown } = await compareLifecycles(pool, runningLifecycles(temporal, config.taskQueue), 0);
  await terminateLifecycles(temporal, unknown);
  return unknown.length;
}
