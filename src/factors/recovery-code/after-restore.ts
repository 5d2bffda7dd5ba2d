import type { AfterRestore } from '../factor';

/** A code on paper has no time: one that was spent since cannot be told from one that was not. */
export function afterRestore(): AfterRestore {
  return 'retire';
}
