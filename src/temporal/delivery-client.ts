import type { Client } from '@temporalio/client';
import { lifecycleOf } from './lifecycle-client';

/** Asks a user's lifecycle, which starts when it does not run, to deliver what the ledger holds under an id. */
export type StartDelivery = (
  user: { readonly tenantId: string; readonly userId: string },
  deliveryId: string,
) => Promise<void>;

/** Of `deliverSignal`: its definition is a value of the layer above. */
const DELIVER = 'deliver';

/** A Signal is acknowledged by the server alone; no worker is waited for. */
const SIGNAL_DEADLINE_MS = 4_000;

/** @returns a function that fails when Temporal is away: the sweep then takes the delivery up. */
export function createDeliveryStarter(client: Client, taskQueue: string): StartDelivery {
  return async (user, deliveryId) => {
    await client.withDeadline(Date.now() + SIGNAL_DEADLINE_MS, () =>
      client.workflow.signalWithStart('userLifecycle', {
        ...lifecycleOf(user, taskQueue),
        signal: DELIVER,
        signalArgs: [deliveryId],
      }),
    );
  };
}
