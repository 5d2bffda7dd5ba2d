import type { Client } from '@temporalio/client';
import { temporalSettings } from './connection';
import { TemporalFault, temporalFault } from './temporal-fault';

/** A server that does not answer within this is away, for the moment at least. */
const DEADLINE_MS = 5_000;

export interface NamespaceFacts {
  /** Days that histories of closed workflows are kept; 0 when the server does not say. */
  readonly retentionDays: number;
}

/** The address that this process asks, for messages. */
export function temporalAddress(): string {
  return temporalSettings().connectionOptions.address ?? 'localhost:7233';
}

/**
 * What the server knows of our namespace.
 *
 * @throws {TemporalFault} when it has no such namespace, refuses us or cannot be reached.
 */
export async function readNamespace(client: Client, deadlineMs = DEADLINE_MS): Promise<NamespaceFacts> {
  const { namespace } = client.options;
  try {
    const { config } = await client.withDeadline(Date.now() + deadlineMs, () =>
      client.workflowService.describeNamespace({ namespace }),
    );
    const seconds = Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0);
    return { retentionDays: seconds / 86_400 };
  } catch (error) {
    throw temporalFault(error, { address: temporalAddress(), namespace });
  }
}

/**
 * Refuses a server that answers and has no such namespace. One that is away may come back: the process starts without.
 *
 * @throws {TemporalFault} `temporal_namespace_missing` or `temporal_refused`
 */
export async function assertNamespaceUnlessAway(client: Client): Promise<void> {
  try {
    await readNamespace(client, 1_500);
  } catch (error) {
    if (!(error instanceof TemporalFault) || error.code !== 'temporal_unreachable') throw error;
  }
}
