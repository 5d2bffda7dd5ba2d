import { isGrpcServiceError, WorkflowNotFoundError, type Client } from '@temporalio/client';

/** Code of gRPC for what is not there. */
const NOT_FOUND = 5;

/** Ends a workflow at once, whatever it does; needs no key. One that does not run is left as it is. */
export async function terminateWorkflow(client: Client, workflowId: string, reason: string): Promise<void> {
  try {
    await client.workflow.getHandle(workflowId).terminate(reason);
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
}

/** The runs of a workflow that Temporal lists; a run that was just made or deleted may be listed late. */
export async function listWorkflowRuns(client: Client, workflowId: string): Promise<string[]> {
  const runs: string[] = [];
  for await (const { runId } of client.workflow.list({ query: `WorkflowId = '${workflowId}'` }))
    runs.push(runId);
  return runs;
}

/**
 * Asks the server to delete one run with its history. It does so later, within about half a minute.
 * @returns false when it does not have the run, or not any more
 */
export async function deleteWorkflowRun(client: Client, workflowId: string, runId: string): Promise<boolean> {
  return await isThere(() =>
    client.workflowService.deleteWorkflowExecution({
      namespace: client.options.namespace,
      workflowExecution: { workflowId, runId },
    }),
  );
}

/** Whether the server has that run. */
export async function hasWorkflowRun(client: Client, workflowId: string, runId: string): Promise<boolean> {
  return await isThere(() => client.workflow.getHandle(workflowId, runId).describe());
}

async function isThere(ask: () => Promise<unknown>): Promise<boolean> {
  try {
    await ask();
    return true;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    if (isGrpcServiceError(error) && (error.code as number) === NOT_FOUND) return false;
    throw error;
  }
}
