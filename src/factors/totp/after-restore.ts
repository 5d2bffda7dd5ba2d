import type { JsonValue } from '../../domain/json';
import type { AfterRestore, FactorState } from '../factor';
import type { TotpMaterial } from './material';

/** A code belongs to its time step, so that all that was accepted so far lies at or below the current step. */
export function afterRestore(
  material: JsonValue,
  state: FactorState,
  { nowMs }: { readonly nowMs: number },
): AfterRestore {
  const { period } = material as unknown as TotpMaterial;
  return { counter: Math.max(state.counter, Math.floor(nowMs / 1_000 / period)) };
}
