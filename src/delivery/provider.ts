/** The ways by which a message reaches a person. */
export const channels = ['sms', 'voice', 'email'] as const;

export type Channel = (typeof channels)[number];

/** One message as a provider takes it: rendered, addressed, and named so that it need not be sent twice. */
export interface OutboundMessage {
  readonly channel: Channel;
  /** E.164 or an e-mail address, validated before. */
  readonly to: string;
  /** SMS and the plain part of an e-mail; for voice, what is spoken. */
  readonly text: string;
  /** E-mail only: one line. */
  readonly subject?: string;
  /** E-mail only. */
  readonly html?: string;
  /** BCP 47; a voice needs it. */
  readonly locale: string;
  /** The same for every attempt at the same provider that may be one message. No personal data. */
  readonly idempotencyKey: string;
  /** Where the provider reports what became of it; absent where nothing can reach us. */
  readonly callbackUrl?: string;
}

/** What became of handing over one message. `code`: the provider's own, or a short one of ours; bounded, no personal data. */
export type Submission =
  /** The provider has it. `ref`: its id there. */
  | { readonly outcome: 'accepted'; readonly ref?: string; readonly price?: Price }
  /** Never again: to this address by anybody, or this message by this provider. */
  | { readonly outcome: 'rejected'; readonly scope: 'address' | 'provider'; readonly code: string }
  /** It was not taken, and the provider names a time. `scope`: it asks so for this address alone, not for everything. */
  | {
      readonly outcome: 'slow-down';
      readonly scope?: 'address';
      readonly retryAfterMs: number;
      readonly code: string;
    }
  /** It was certainly not taken; another attempt may do. */
  | { readonly outcome: 'failed'; readonly code: string }
  /** It may have been taken: sent, and no answer came. */
  | { readonly outcome: 'uncertain'; readonly code: string };

export interface Price {
  /** Decimal, such as `0.0075`. */
  readonly amount: string;
  /** ISO 4217. */
  readonly currency: string;
}

/** What a provider reports later of a message that it took. */
export interface StatusReport {
  /** The `ref` of the submission, or the idempotency key where `ref` was never heard of. */
  readonly ref?: string;
  readonly idempotencyKey?: string;
  readonly status: 'sent' | 'delivered' | 'undelivered';
  readonly code?: string;
  /** Of what did not arrive: it tells about the person's line, not about the provider. */
  readonly scope?: 'address';
  /** Nobody will ever reach this address: nobody else is asked to. Only with `scope`. */
  readonly refused?: true;
  readonly price?: Price;
}

/** A callback as it came; the URL is the configured public one with path and query as they came, never what a Host header says. */
export interface CallbackRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
}

/** Plain data: what may be shown of a provider. */
export interface ProviderContract {
  /** Stable, `[a-z][a-z0-9-]*`: a label of metrics and of the ledger. */
  readonly name: string;
  readonly label: string;
  readonly channels: readonly Channel[];
  /** The same key handed over twice is one message. */
  readonly honoursIdempotencyKey: boolean;
}

/** One configured way out. */
export interface Provider {
  readonly contract: ProviderContract;
  /** Hands one message over; ends within the signal's time and never throws for what a provider does. */
  submit(message: OutboundMessage, signal: AbortSignal): Promise<Submission>;
  /** Reads a report and checks who sent it; `forged` for whatever is not provably the provider's. */
  readCallback?(request: CallbackRequest): readonly StatusReport[] | 'forged';
  close?(): Promise<void>;
}
