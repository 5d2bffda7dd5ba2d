import { verifySync } from 'otplib';
import type { JsonValue } from '../../domain/json';
import type { FactorState, Verification, VerificationContext } from '../factor';
import { normaliseCode } from '../normalise-code';
import { otplibOptions, type TotpMaterial } from './material';

/**
 * Accepts the current time step and the one before it (RFC 6238 §5.2), each once and only forward: a step at or below the
 * newest burned one is refused. Burns the newest step that matches.
 */
export function verify(
  material: JsonValue,
  state: FactorState,
  code: string,
  context: VerificationContext,
): Verification {
  const options = otplibOptions(material as unknown as TotpMaterial);
  const token = normaliseCode(code);
  // ASCII digits and nothing else: the library throws for the rest, and other scripts have digits too.
  if (token.length !== options.digits || !/^[0-9]+$/.test(token)) return { valid: false };
  const current = Math.floor(context.nowMs / 1_000 / options.period);
  for (const step of [current, current - 1]) {
    if (step < 0 || step <= state.counter) continue;
    // Compared in constant time by the library.
    const { valid } = verifySync({ ...options, token, epoch: step * options.period, epochTolerance: 0 });
    if (valid) return { valid: true, counter: step };
  }
  return { valid: false };
}
