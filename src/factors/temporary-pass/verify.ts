import type { JsonValue } from '../../domain/json';
import type { FactorState, Verification, VerificationContext } from '../factor';
import { normaliseCode } from '../normalise-code';
import { isSameText } from '../same-text';
import { hashInput, isWellFormed, type TemporaryPassMaterial } from './code';

/** The one part that a pass has, as it is spent. */
const pass = 'pass';

/** Accepts the pass until it ends; one that is good once is spent by it. */
export function verify(
  material: JsonValue,
  state: FactorState,
  code: string,
  context: VerificationContext,
): Verification {
  const { factorId, hash, expiresAt, once } = material as unknown as TemporaryPassMaterial;
  const normalised = normaliseCode(code);
  if (!isWellFormed(normalised) || context.nowMs >= expiresAt || state.spent.has(pass))
    return { valid: false };
  if (!isSameText(context.hash(hashInput(factorId, normalised)), hash)) return { valid: false };
  return once ? { valid: true, spend: pass } : { valid: true };
}

/** 1 until a pass that is good once was spent. One that is good for longer is never used up. */
export function remaining(_material: JsonValue, state: FactorState): number {
  return state.spent.has(pass) ? 0 : 1;
}
