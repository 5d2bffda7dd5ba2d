import type { Client } from '@temporalio/client';
import type { Pool, PoolClient } from 'pg';
import { destroyDataKeys, findDataKeyOfScope } from '../../persistence/data-key-repository';
import { deleteErasedRows } from '../../persistence/erased-rows';
import { certifyKeys, certifyRunsGone, listRuns } from '../../persistence/erased-runs';
import { completeErasure, markErased } from '../../persistence/erasure-repository';
import { externalIdOf, reclaimErasures } from '../../persistence/restore-findings';
import { erasedSubjectOf } from '../../security/erased-subject';
import { randomId } from '../../security/random-id';
import { erasureWorkflowId, lifecycleWorkflowId } from '../../temporal/names';
import { describeWorkflow } from '../../temporal/running-lifecycles';
import { deleteWorkflowRun, terminateWorkflow } from '../../temporal/workflow-runs';
import type { Installation } from './installation';
import type { Risen } from './tombstones';

/**
 * Begins the erasure of users who were erased before, inside the tenant's transaction: from its commit on nobody finds them.
 * The erasure keeps its id where a list of erasures said it.
 *
 * @returns how many.
 */
export async function markRisen(
  client: PoolClient,
  risen: readonly Risen[],
  blindIndexKey: Buffer,
): Promise<number> {
  let marked = 0;
  for (const { tenantId, userId, erasureId = randomId('era') } of risen) {
    const externalId = await externalIdOf(client, userId);
    if (externalId === undefined) continue;
    const subject = erasedSubjectOf(blindIndexKey, tenantId, externalId);
    if (await markErased(client, { erasureId, tenantId, userId, subject, actor: 'command-line' }))
      marked += 1;
  }
  return marked;
}

/**
 * Deletes the rows and destroys the keys of everybody whose erasure has not ended, whether an earlier attempt marked them,
 * this one, or the backup had them marked. What is left, their runs in Temporal and the certificate, the erasure workflow
 * does once a worker runs; where Temporal was not emptied and that workflow has ended well already, it is done here. One
 * that still runs may carry the id of an erasure that this database does not know: it is ended, and a sweep starts it anew.
 * On another task queue it is that of the installation beside which this one is tried, and stays.
 */
export async function eraseRows(
  { pool, keysPool, temporal, config }: Installation,
  risen: readonly Risen[],
): Promise<void> {
  for (const erasure of await reclaimErasures(pool)) {
    const { tenantId, userId, erasureId } = erasure;
    await deleteErasedRows(pool, erasure);
    const living = await findDataKeyOfScope(keysPool, tenantId, userId);
    const destroyed = risen.find((one) => one.userId === userId)?.keyId;
    const keys = [living?.keyId, destroyed].filter((key) => key !== undefined);
    await certifyKeys(pool, erasureId, keys);
    await destroyDataKeys(keysPool, tenantId, userId);
    const workflowId = erasureWorkflowId(tenantId, userId);
    const workflow = await describeWorkflow(temporal, workflowId);
    if (workflow?.status.name === 'COMPLETED') await certify(pool, temporal, erasure);
    else if (workflow?.taskQueue === config.taskQueue)
      await terminateWorkflow(temporal, workflowId, 'the database was restored');
  }
}

const MOST_RUNS = 1_000;

async function certify(
  pool: Pool,
  temporal: Client,
  erasure: { erasureId: string; tenantId: string; userId: string },
): Promise<void> {
  const workflowId = lifecycleWorkflowId(erasure.tenantId, erasure.userId);
  const gone: string[] = [];
  for (const runId of await listRuns(pool, erasure.userId, MOST_RUNS))
    if (!(await deleteWorkflowRun(temporal, workflowId, runId))) gone.push(runId);
  await certifyRunsGone(pool, erasure, gone);
  await completeErasure(pool, erasure.erasureId);
}
