import type { AfterRestore } from '../factor';

/** A pass that was spent or withdrawn since cannot be told from one that was not; an operator issues another. */
export function afterRestore(): AfterRestore {
  return 'retire';
}
