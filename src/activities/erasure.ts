import { heartbeat } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import type { Pool } from 'pg';
import { deleteErasedRows } from '../persistence/erased-rows';
import {
  certifyKeys,
  certifyRunsGone,
  type ErasedRun,
  noteAsked,
  noteRuns,
  runsToDelete,
} from '../persistence/erased-runs';
import { destroyDataKeys, findDataKeyOfScope } from '../persistence/data-key-repository';
import { completeErasure } from '../persistence/erasure-repository';
import type { DataKeys } from '../security/data-keys';
import { lifecycleWorkflowId } from '../temporal/names';
import {
  deleteWorkflowRun,
  hasWorkflowRun,
  listWorkflowRuns,
  terminateWorkflow,
} from '../temporal/workflow-runs';
import type { ErasureInput } from '../workflows/messages';

/** The steps of an erasure. Each may be repeated, also while an earlier attempt of it still runs. */
export interface ErasureActivities {
  readonly terminateLifecycle: (erasure: ErasureInput) => Promise<void>;
  readonly eraseRows: (erasure: ErasureInput) => Promise<void>;
  readonly destroyKey: (erasure: ErasureInput) => Promise<void>;
  readonly noteErasedRuns: (erasure: ErasureInput) => Promise<void>;
  /** @returns how many runs Temporal still has, or may have */
  readonly deleteErasedRuns: (erasure: ErasureInput) => Promise<number>;
  readonly certifyErasure: (erasure: ErasureInput) => Promise<void>;
}

export interface ErasureDependencies {
  pool: Pool;
  /** Of the keys database. */
  keysPool: Pool;
  dataKeys: Pick<DataKeys, 'forget'>;
  temporal: Client;
}

const BEAT_MS = 3_000;
const RUNS_A_LOOK = 1_000;
const RUNS_SIDE_BY_SIDE = 8;

export function createErasureActivities(dependencies: ErasureDependencies): ErasureActivities {
  const { pool, keysPool, dataKeys, temporal } = dependencies;

  /** Asks for its deletion where nobody has, and looks whether it is there otherwise. */
  async function isGone(erasure: ErasureInput, { run_id: runId, askNow }: ErasedRun): Promise<boolean> {
    const workflowId = lifecycleWorkflowId(erasure.tenantId, erasure.userId);
    const look = askNow ? deleteWorkflowRun : hasWorkflowRun;
    return !(await look(temporal, workflowId, runId));
  }

  const steps: ErasureActivities = {
    async terminateLifecycle({ tenantId, userId }) {
      await terminateWorkflow(temporal, lifecycleWorkflowId(tenantId, userId), 'the user is erased');
    },

    eraseRows: (erasure) => deleteErasedRows(pool, erasure),

    async destroyKey({ tenantId, userId, erasureId }) {
      const living = await findDataKeyOfScope(keysPool, tenantId, userId);
      if (living !== undefined) await certifyKeys(pool, erasureId, [living.keyId]);
      await destroyDataKeys(keysPool, tenantId, userId);
      dataKeys.forget({ tenantId, userId });
    },

    async noteErasedRuns(erasure) {
      const workflowId = lifecycleWorkflowId(erasure.tenantId, erasure.userId);
      await noteRuns(pool, erasure, await listWorkflowRuns(temporal, workflowId));
    },

    async deleteErasedRuns(erasure) {
      const runs = await runsToDelete(pool, erasure.userId, RUNS_A_LOOK);
      const rest = runs.values();
      const gone: string[] = [];
      async function look(): Promise<void> {
        for (const run of rest) if (await isGone(erasure, run)) gone.push(run.run_id);
      }
      await Promise.all(Array.from({ length: RUNS_SIDE_BY_SIDE }, look));
      const asked = runs.filter(({ askNow }) => askNow).map((run) => run.run_id);
      if (asked.length > 0) await noteAsked(pool, erasure.userId, asked);
      return await certifyRunsGone(pool, erasure, gone);
    },

    certifyErasure: ({ erasureId }) => completeErasure(pool, erasureId),
  };

  return {
    terminateLifecycle: beating(steps.terminateLifecycle),
    eraseRows: beating(steps.eraseRows),
    destroyKey: beating(steps.destroyKey),
    noteErasedRuns: beating(steps.noteErasedRuns),
    deleteErasedRuns: beating(steps.deleteErasedRuns),
    certifyErasure: beating(steps.certifyErasure),
  };
}

/** Shows Temporal that the worker lives for as long as a step takes. */
function beating<Result>(
  step: (erasure: ErasureInput) => Promise<Result>,
): (erasure: ErasureInput) => Promise<Result> {
  return async (erasure) => {
    const timer = setInterval(() => heartbeat(), BEAT_MS);
    try {
      return await step(erasure);
    } finally {
      clearInterval(timer);
    }
  };
}
