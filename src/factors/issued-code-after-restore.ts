import type { JsonValue } from '../domain/json';
import type { AfterRestore, FactorState } from './factor';

/** A code belongs to the instant of its issue, so that all that was accepted so far was issued by now. */
export function issuedCodeAfterRestore(
  _material: JsonValue,
  state: FactorState,
  { nowMs }: { readonly nowMs: number },
): AfterRestore {
  return { counter: Math.max(state.counter, nowMs) };
}
