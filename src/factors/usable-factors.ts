import type { JsonValue } from '../domain/json';
import { factors } from './catalogue';

/** What of a factor's row says whether it can still prove something. `material` is sealed. */
export interface StoredFactor {
  readonly factor_id: string;
  readonly kind: string;
  readonly status: 'pending' | 'active';
  readonly counter: number;
  readonly material: string;
  readonly spent: readonly string[];
}

/**
 * Confirmed factors that can still prove something: a set of codes that is used up cannot.
 *
 * @param open opens what is sealed as a part of a record; asked only of kinds that can be used up
 */
export function usableAmong<Row extends StoredFactor>(
  rows: readonly Row[],
  open: (record: string, sealed: string) => JsonValue,
): Row[] {
  return rows.filter((row) => {
    if (row.status !== 'active') return false;
    const methods = factors.get(row.kind)?.methods;
    if (methods?.remaining === undefined || row.spent.length === 0) return methods !== undefined;
    const material = open(row.factor_id, row.material);
    return methods.remaining(material, { counter: row.counter, spent: new Set(row.spent) }) > 0;
  });
}
