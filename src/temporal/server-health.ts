import type { Client } from '@temporalio/client';

/** Within what readiness waits for in all. */
const DEADLINE_MS = 1_500;

export interface ServerHealth {
  /** Whether the Temporal server knows the namespace; who asks while one question is under way shares its answer. */
  isHealthy: () => Promise<boolean>;
  /** Resolves when no question is under way: a connection must not be closed under a retry. */
  settled(): Promise<unknown>;
}

export function watchServerHealth(client: Client): ServerHealth {
  let underWay: Promise<boolean> | undefined;

  async function ask(): Promise<boolean> {
    const { namespace } = client.options;
    try {
      await client.withDeadline(Date.now() + DEADLINE_MS, () =>
        client.workflowService.describeNamespace({ namespace }),
      );
      return true;
    } catch {
      return false;
    } finally {
      underWay = undefined;
    }
  }

  return {
    isHealthy: () => (underWay ??= ask()),
    settled: () => underWay ?? Promise.resolve(),
  };
}
