import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Channel } from '../../delivery/provider';
import { ScriptedFaults, type ProviderFault } from '../inbox/provider-faults';
import { answerJson } from './loopback-server';

export type { ProviderFault } from '../inbox/provider-faults';
export type RefusalFault = Extract<ProviderFault, { kind: 'error' }>;
/** A fault that comes back with every n-th submission. */
export type RecurringFault = {
  [Kind in ProviderFault['kind']]: Omit<Extract<ProviderFault, { kind: Kind }>, 'times'>;
}[ProviderFault['kind']];

/** How a simulator is to misbehave: what was scripted first, and then what recurs. */
export class FaultScript {
  readonly #scripted = new ScriptedFaults();
  #recurring: { readonly every: number; readonly fault: RecurringFault } | undefined;
  #submissions = 0;

  /** The next submissions, in this order. */
  set(faults: readonly ProviderFault[]): void {
    this.#scripted.set(faults);
  }

  /** Every n-th submission from now on, such as 2 for half of all; none any more without a fault. */
  recur(every: number, fault?: RecurringFault): void {
    this.#submissions = 0;
    this.#recurring = fault === undefined ? undefined : { every, fault };
  }

  next(channel: Channel): RecurringFault | undefined {
    const scripted = this.#scripted.take(channel);
    if (scripted !== undefined) return scripted;
    const recurring = this.#recurring;
    this.#submissions += 1;
    return recurring !== undefined && this.#submissions % recurring.every === 0 ? recurring.fault : undefined;
  }
}

/** The two ends of a submission that a fault may touch. */
export interface Submitted {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly channel: Channel;
  /** Takes the message. @returns what a success answers. */
  readonly take: () => { readonly status: number; readonly body: object };
  /** What the provider's own errors look like. */
  readonly refusal: (fault: Omit<RefusalFault, 'times'>) => object;
}

/** Takes a submission and answers it, or does what the script says instead. */
export async function answerSubmission(
  script: FaultScript,
  { request, response, channel, take, refusal }: Submitted,
): Promise<void> {
  const fault = script.next(channel);
  if (fault?.kind === 'error') {
    const { status, retryAfter } = fault;
    const headers = retryAfter === undefined ? undefined : { 'retry-after': String(retryAfter) };
    answerJson(response, status, refusal(fault), headers);
    return;
  }
  if (fault?.kind === 'reset') {
    request.socket.resetAndDestroy();
    return;
  }
  if (fault?.kind === 'time-out') return;
  const { status, body } = take();
  if (fault?.kind === 'accepted-then-timed-out') return;
  // Nobody needs to wait for an answer that nobody reads any more.
  if (fault?.kind === 'delay') await sleep(fault.ms, undefined, { ref: false });
  answerJson(response, status, body);
}
