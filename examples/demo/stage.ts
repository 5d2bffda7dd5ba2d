import type { MfaflowClient } from '../../client/index';
import type { Clock } from './clock';
import type { Narrator } from './narrator';
import type { Phone } from './phone';

/** What every scene finds on the stage. */
export interface Stage {
  readonly apiUrl: string;
  readonly backend: MfaflowClient;
  readonly clock: Clock;
  readonly narrator: Narrator;
  readonly userId: string;
  /** That user, as a parameter of the path. */
  readonly user: { readonly path: { readonly userId: string } };
}

/** What the user holds once enrolled. */
export interface Enrolled {
  readonly phone: Phone;
  readonly recoveryCodes: readonly string[];
  /** Of the first confirmation: good as a step-up for five minutes. */
  readonly assertion: string;
}

/** @throws when an answer lacks what the play goes on with */
export function given<Value>(value: Value | undefined, what: string): Value {
  if (value === undefined) throw new Error(`the answer has no ${what}`);
  return value;
}

/** Where the end user is, as the application tells mfaflow (TEST-NET-3, RFC 5737). */
export const context = { ip: '203.0.113.7', userAgent: 'the demo' };
