import type { Channel } from '../../delivery/provider';

/** How a provider is to misbehave, for so many submissions: of one channel, or of any. */
export type ProviderFault = { readonly times: number; readonly channel?: Channel } & (
  | {
      /** It answers with this status and takes nothing. */
      readonly kind: 'error';
      readonly status: number;
      readonly code?: string;
      /** Whether nobody reaches this address, or this provider does not take the message. */
      readonly scope?: 'address' | 'provider';
      /** Seconds, as `Retry-After`. */
      readonly retryAfter?: number;
    }
  /** It takes nothing and never answers. */
  | { readonly kind: 'time-out' }
  /** It takes nothing and resets the connection. */
  | { readonly kind: 'reset' }
  /** It takes the message and never answers. */
  | { readonly kind: 'accepted-then-timed-out' }
  /** It takes the message and answers so much later. */
  | { readonly kind: 'delay'; readonly ms: number }
);

/** The faults that are still to come of one provider, in their order. */
export class ScriptedFaults {
  #faults: readonly ProviderFault[] = [];

  set(faults: readonly ProviderFault[]): void {
    this.#faults = faults.filter(({ times }) => times > 0);
  }

  left(): readonly ProviderFault[] {
    return this.#faults;
  }

  /** Uses up one of the next fault that is for this channel. */
  take(channel: Channel): ProviderFault | undefined {
    const next = this.#faults.find((fault) => fault.channel === undefined || fault.channel === channel);
    this.set(this.#faults.map((fault) => (fault === next ? { ...fault, times: fault.times - 1 } : fault)));
    return next;
  }
}
