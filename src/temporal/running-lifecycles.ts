import { WorkflowNotFoundError, type Client, type WorkflowExecutionDescription } from '@temporalio/client';
import { terminateWorkflow } from './workflow-runs';
import { lifecycleWorkflowId } from './names';

export interface LifecycleOf {
  readonly tenantId: string;
  readonly userId: string;
}

/** How long a server may take to answer that it is there. */
const REACHED_WITHIN_MS = 10_000;

/** Fails when Temporal does not answer. */
export async function reachTemporal(client: Client): Promise<void> {
  await client.withDeadline(Date.now() + REACHED_WITHIN_MS, () =>
    client.workflowService.describeNamespace({ namespace: client.options.namespace }),
  );
}

/** Every lifecycle that runs on a task queue. A namespace may be shared: those of another task queue are another deployment's. */
export async function* runningLifecycles(client: Client, taskQueue: string): AsyncGenerator<LifecycleOf> {
  const query = `WorkflowType = 'userLifecycle' AND ExecutionStatus = 'Running' AND TaskQueue = '${taskQueue.replaceAll("'", "''")}'`;
  for await (const { workflowId } of client.workflow.list({ query, pageSize: 1_000 })) {
    const [tenantId, userId, role] = workflowId.split('/');
    if (tenantId !== undefined && userId !== undefined && role === 'life') yield { tenantId, userId };
  }
}

/** Ends lifecycles of users that are not there. */
export async function terminateLifecycles(client: Client, lifecycles: readonly LifecycleOf[]): Promise<void> {
  for (const { tenantId, userId } of lifecycles)
    await terminateWorkflow(
      client,
      lifecycleWorkflowId(tenantId, userId),
      'the restored database has no such user',
    );
}

/** The newest workflow of that id; undefined when Temporal does not know one, or not any more. */
export async function describeWorkflow(
  client: Client,
  workflowId: string,
): Promise<WorkflowExecutionDescription | undefined> {
  try {
    return await client.workflow.getHandle(workflowId).describe();
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}
