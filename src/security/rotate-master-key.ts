import type { Pool } from 'pg';
import { type DataKeyRow, listDataKeysNotUnder, replaceWrappings } from '../persistence/data-key-repository';
import { SealBroken } from './aead';
import { dataKeyBinding } from './data-keys';
import { MasterKeyUnknown, type MasterKeyStore } from './master-key/master-key-store';

export interface RewrapProgress {
  /** Data keys that are now under the current master key. */
  readonly rewrapped: number;
  /** Ids of data keys that do not unwrap; they are left as they are. */
  readonly failed: readonly string[];
}

/**
 * Second step of a master key rotation: wraps every data key that is under another master key again. What the
 * data keys seal is not touched, and readers go on meanwhile. It can be stopped and started again at any point.
 * An older master key may be removed from the store once a run that began after every process had seen the
 * current one reports none rewrapped and none failed.
 */
export async function rewrapDataKeys(options: {
  /** Of the keys database. */
  pool: Pool;
  masterKeys: MasterKeyStore;
  /** Data keys a page. */
  batch?: number;
  onProgress?: (progress: RewrapProgress) => void;
}): Promise<RewrapProgress> {
  const { pool, masterKeys, batch = 500, onProgress } = options;
  const failed: string[] = [];
  let rewrapped = 0;
  let after = '';
  for (;;) {
    const page = await listDataKeysNotUnder(pool, masterKeys.currentKeyId(), { after, limit: batch });
    const last = page.at(-1);
    if (last === undefined) return { rewrapped, failed };
    const replacements: Replacement[] = [];
    for (const row of page) {
      const replacement = await rewrap(masterKeys, row);
      if (replacement === undefined) failed.push(row.keyId);
      else replacements.push(replacement);
    }
    rewrapped += await replaceWrappings(pool, replacements);
    after = last.keyId;
    onProgress?.({ rewrapped, failed });
  }
}

type Replacement = Parameters<typeof replaceWrappings>[1][number];

async function rewrap(masterKeys: MasterKeyStore, row: DataKeyRow): Promise<Replacement | undefined> {
  const binding = dataKeyBinding(row, row.keyId);
  let plain: Buffer;
  try {
    plain = await masterKeys.unwrap(row.masterKeyId, row.wrapped, binding);
  } catch (error) {
    if (error instanceof SealBroken || error instanceof MasterKeyUnknown) return undefined;
    throw error;
  }
  return { keyId: row.keyId, oldMasterKeyId: row.masterKeyId, ...(await masterKeys.wrap(plain, binding)) };
}
