import type { JsonValue } from '../domain/json';
import type { FactorState, Verification, VerificationContext } from './factor';
import { codeOf } from './issued-code';
import { normaliseCode } from './normalise-code';
import { isSameText } from './same-text';

/**
 * Accepts the newest code of the open challenge until its end (NIST SP 800-63B-4 §3.1.3.2: once, and for ten minutes at most).
 * A valid code burns its issue: it and every code issued before it are wrong from then on.
 */
export function verifyIssuedCode(
  _material: JsonValue,
  state: FactorState,
  code: string,
  context: VerificationContext,
): Verification {
  const { challenge, nowMs } = context;
  const digits = normaliseCode(code);
  // ASCII digits and nothing else.
  if (challenge === undefined || !/^[0-9]{6}$/.test(digits)) return { valid: false };
  const { issue, expiresAt } = challenge;
  if (nowMs >= expiresAt || issue <= state.counter) return { valid: false };
  return isSameText(digits, codeOf(challenge, context)) ? { valid: true, counter: issue } : { valid: false };
}
