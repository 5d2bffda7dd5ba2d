import type { Backend } from './backend';
import type { Clock } from './clock';
import type { Narrator } from './narrator';
import type { Phone } from './phone';

/** What every scene finds on the stage. */
export interface Stage {
  readonly apiUrl: string;
  readonly backend: Backend;
  readonly clock: Clock;
  readonly narrator: Narrator;
  /** `/v1/users/<the user of this play>` */
  readonly userPath: string;
  readonly userId: string;
}

/** What the user holds once enrolled. */
export interface Enrolled {
  readonly phone: Phone;
  readonly recoveryCodes: readonly string[];
}

/** @throws when an answer lacks what the play goes on with */
export function given<Value>(value: Value | undefined, what: string): Value {
  if (value === undefined) throw new Error(`the answer has no ${what}`);
  return value;
}

/** Where the end user is, as the application tells mfaflow (TEST-NET-3, RFC 5737). */
export const context = { ip: '203.0.113.7', userAgent: 'the demo' };
