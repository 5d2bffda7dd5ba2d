/** Every name that Temporal knows: task queues, workflow ids, schedules. */

export const DEFAULT_TASK_QUEUE = 'mfaflow';

/** Internal ids only: a workflow id shows in the UI and in logs, so it holds no personal data. */
export function lifecycleWorkflowId(tenantId: string, userId: string): string {
  return `${tenantId}/${userId}/life`;
}

/** Its payloads are under the tenant's key: it outlives the user's. One a user, for ever. */
export function erasureWorkflowId(tenantId: string, userId: string): string {
  return `${tenantId}/-/erase/${userId}`;
}

/**
 * Sweeps serve every tenant: their payloads are under the deployment's key. The task queue tells deployments apart
 * that share a namespace.
 */
export function sweepWorkflowId(taskQueue: string, sweep: string, shard: number): string {
  return `-/-/sweep/${taskQueue}/${sweep}/${shard}`;
}

export function sweepScheduleId(taskQueue: string, sweep: string, shard: number): string {
  return `sweep/${taskQueue}/${sweep}/${shard}`;
}
