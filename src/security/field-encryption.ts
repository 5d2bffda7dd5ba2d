import { open, seal, type Seal } from './aead';
import type { DataKey } from './data-key';

/** Where a sealed value lives: whose it is, which record it belongs to, and the version of that record's format. */
export interface FieldContext {
  readonly tenantId: string;
  readonly userId: string;
  /** The record, by kind and id: `factor/fac_…`. */
  readonly record: string;
  readonly version: number;
}

/**
 * Seals one value of a database row so that it opens in that row alone: moved to another, it is broken.
 * @param sealBytes of `sealFor`, for one of many
 */
export function sealField(
  dataKey: DataKey,
  plaintext: string | Buffer,
  context: FieldContext,
  sealBytes: Seal = seal,
): Buffer {
  const bytes = typeof plaintext === 'string' ? Buffer.from(plaintext, 'utf8') : plaintext;
  return sealBytes(dataKey.key, bytes, associatedData(dataKey, context));
}

/**
 * Opens what `sealField` made for the same context under the same data key.
 * @throws SealBroken
 */
export function openField(dataKey: DataKey, sealed: Uint8Array, context: FieldContext): Buffer {
  return open(dataKey.key, sealed, associatedData(dataKey, context));
}

// JSON keeps the parts apart: joined by a separator, ("a|b", "c") and ("a", "b|c") would be the same place.
function associatedData(dataKey: DataKey, context: FieldContext): string {
  return JSON.stringify([context.tenantId, context.userId, context.record, context.version, dataKey.keyId]);
}
