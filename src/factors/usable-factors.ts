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
  /** When it ends by itself; ms since the epoch. */
  readonly expires_at?: number | null;
  /** The user said that it was not them; nothing counts until that is settled. */
  readonly frozen?: boolean;
}

/**
 * Confirmed factors that can still prove something: one that has expired or was frozen cannot, nor can a set of codes
 * that is used up.
 *
 * @param nowMs ms since the epoch
 * @param open opens what is sealed as a part of a record; asked only of kinds that can be used up
 */
export function usableAmong<Row extends StoredFactor>(
  rows: readonly Row[],
  nowMs: number,
  open: (record: string, sealed: string) => JsonValue,
): Row[] {
  return rows.filter((row) => {
    if (row.status !== 'active' || row.frozen === true) return false;
    if (row.expires_at !== undefined && row.expires_at !== null && row.expires_at <= nowMs) return false;
    const methods = factors.get(row.kind)?.methods;
    if (methods?.remaining === undefined || row.spent.length === 0) return methods !== undefined;
    const material = open(row.factor_id, row.material);
    return methods.remaining(material, { counter: row.counter, spent: new Set(row.spent) }) > 0;
  });
}
