import { WorkflowExecutionAlreadyStartedError, type Client } from '@temporalio/client';
import type { ErasureInput } from '../workflows/messages';
import { erasureWorkflowId } from './names';

/** Above what a start takes, far below what a caller waits: what was not started here a sweep starts. */
const DEADLINE_MS = 3_000;

/**
 * Starts an erasure unless it runs or has ended well; one that failed or was terminated is started anew, for its steps
 * may be repeated.
 */
export function createErasureStarter(
  client: Client,
  taskQueue: string,
): (erasure: ErasureInput) => Promise<void> {
  return async ({ tenantId, userId, erasureId }) => {
    try {
      await client.withDeadline(Date.now() + DEADLINE_MS, () =>
        client.workflow.start('erasure', {
          workflowId: erasureWorkflowId(tenantId, userId),
          taskQueue,
          args: [{ tenantId, userId, erasureId }],
          workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
          workflowIdConflictPolicy: 'USE_EXISTING',
        }),
      );
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
  };
}
