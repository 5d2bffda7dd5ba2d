import type { JsonValue } from '../../domain/json';
import type { FactorState, Verification, VerificationContext } from '../factor';
import { normaliseCode } from '../normalise-code';
import { isSameText } from '../same-text';
import { hashInput, parseCode, type RecoveryCodeMaterial } from './code';

/** Accepts each code of the set once; a valid one is spent under its id. Computes one hash at most. */
export function verify(
  material: JsonValue,
  state: FactorState,
  code: string,
  context: VerificationContext,
): Verification {
  const { factorId, codes } = material as unknown as RecoveryCodeMaterial;
  const parsed = parseCode(normaliseCode(code));
  if (parsed === undefined || state.spent.has(parsed.id)) return { valid: false };
  const entry = codes.find((each) => each.id === parsed.id);
  if (entry === undefined) return { valid: false };
  const hash = context.hash(hashInput(factorId, parsed));
  return isSameText(hash, entry.hash) ? { valid: true, spend: parsed.id } : { valid: false };
}

/** How many codes of the set are left. */
export function remaining(material: JsonValue, state: FactorState): number {
  const { codes } = material as unknown as RecoveryCodeMaterial;
  return codes.filter((code) => !state.spent.has(code.id)).length;
}
