import type { JsonSchema } from '../json-schema';

/** Who may say that an event happened. */
export type EventOrigin = 'inside' | 'outside' | 'both';

/** What an accepted event takes back at once, in the transaction that accepts it: everything issued to its user before. */
export type EventMeaning = 'revocation';

/** One type of event: what happened, to whom, and what is said of it. Plain data. */
export interface EventType {
  /** `<noun>.<what happened>`; it never changes its meaning. */
  readonly type: string;
  /** Raised when `data` loses or changes a property; a new optional one leaves it. */
  readonly version: number;
  readonly title: string;
  readonly description: string;
  /** `user`: it names one. `tenant`: it never does. `either`: it may. */
  readonly subject: 'user' | 'tenant' | 'either';
  readonly origin: EventOrigin;
  readonly meaning?: EventMeaning;
  /** Of `data`, always an object. Neither it nor the example holds an address, a name or a secret. */
  readonly schema: JsonSchema;
  readonly example: Readonly<Record<string, unknown>>;
}
