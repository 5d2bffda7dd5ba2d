import { log, proxyActivities } from '@temporalio/workflow';
import type { DeliveryActivities } from '../activities';
import type { LifecycleInput } from './messages';

/** More than a user has under way at once; the rest stays in the ledger, where a sweep finds it. */
const MOST_UNDER_WAY = 50;

/**
 * One activity a delivery, retries and all: waits between two attempts are Temporal's, and leave nothing in the history.
 * What is not done after ten minutes is the sweep's.
 */
const { deliver } = proxyActivities<DeliveryActivities>({
  startToCloseTimeout: '30 seconds',
  // Of a worker that was killed; a living one beats every second.
  heartbeatTimeout: '5 seconds',
  scheduleToCloseTimeout: '10 minutes',
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '30 seconds' },
});

/** Deliveries under way, behind the answers that caused them. */
export class Deliveries {
  private readonly underWay = new Set<string>();
  private readonly user: { tenantId: string; userId: string };

  constructor({ tenantId, userId }: LifecycleInput) {
    this.user = { tenantId, userId };
  }

  get count(): number {
    return this.underWay.size;
  }

  start(ids: readonly string[]): void {
    for (const id of ids) {
      if (this.underWay.has(id) || this.underWay.size >= MOST_UNDER_WAY) continue;
      this.underWay.add(id);
      void this.deliver(id);
    }
  }

  /** Where it stands is in the ledger; a delivery that cannot be had now takes nothing else with it. */
  private async deliver(id: string): Promise<void> {
    try {
      await deliver(this.user, id);
    } catch {
      log.warn('a delivery did not end in its time; the sweep goes on with it');
    } finally {
      this.underWay.delete(id);
    }
  }
}
