import { setTimeout as sleep } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';

/** To be gone on with later; `reason` where a limit is waited for. */
export interface Wait {
  readonly waitMs: number;
  readonly reason?: string;
}

/** How an attempt at a delivery ended: done for good, or not yet. */
export type Progress = { readonly status: string } | Wait;

/** Shorter waits are slept through: a wait that Temporal keeps costs an attempt. */
const SLEPT_THROUGH_MS = 2_500;

export async function sleepThrough(waitMs: number): Promise<boolean> {
  if (waitMs > SLEPT_THROUGH_MS) return false;
  await sleep(waitMs);
  return true;
}

/** The failure by which Temporal tries again after so long; it leaves nothing in the history. */
export function waiting(waitMs: number): ApplicationFailure {
  return ApplicationFailure.create({
    type: 'delivery_waiting',
    message: 'The delivery waits for its next attempt',
    // Nothing is wrong: it is worth no line of a log and no count of failures.
    category: ApplicationFailureCategory.BENIGN,
    nextRetryDelay: Math.max(1, Math.ceil(waitMs)),
  });
}

const HEARTBEAT_MS = 1_500;

/** Says that this attempt is alive while `work` takes its time; whoever dies is noticed within the heartbeat's timeout. */
export async function heartbeating<Value>(work: () => Promise<Value>): Promise<Value> {
  const context = Context.current();
  context.heartbeat();
  const beat = setInterval(() => context.heartbeat(), HEARTBEAT_MS);
  try {
    return await work();
  } finally {
    clearInterval(beat);
  }
}
