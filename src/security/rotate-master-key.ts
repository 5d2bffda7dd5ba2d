import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from 'pg';
import { type DataKeyRow, listDataKeysNotUnder, replaceWrappings } from '../persistence/data-key-repository';
import { countDataKeysNotUnder } from '../persistence/master-key-usage';
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
  /** Rest after each page, as a share of the time that it took: who logs in meanwhile has the machine, too. */
  rest?: number;
  /** @param total how many there were to be wrapped when it began */
  onProgress?: (progress: RewrapProgress, total: number) => void;
}): Promise<RewrapProgress> {
  const { pool, masterKeys, batch = 200, rest = 1, onProgress } = options;
  const total = await countDataKeysNotUnder(pool, masterKeys.currentKeyId());
  const failed: string[] = [];
  let rewrapped = 0;
  let after = '';
  for (;;) {
    const began = performance.now();
    const page = await listDataKeysNotUnder(pool, masterKeys.currentKeyId(), { after, limit: batch });
    const last = page.at(-1);
    if (last === undefined) return { rewrapped, failed };
    const opened = await openPage(masterKeys, page);
    failed.push(...page.filter((row) => !opened.has(row)).map((row) => row.keyId));
    rewrapped += await replaceWrappings(pool, await wrapAgain(masterKeys, opened));
    after = last.keyId;
    onProgress?.({ rewrapped, failed }, total);
    await sleep((performance.now() - began) * rest);
  }
}

/** The data keys of those rows that unwrap. */
async function openPage(
  masterKeys: MasterKeyStore,
  page: readonly DataKeyRow[],
): Promise<Map<DataKeyRow, Buffer>> {
  const opened = new Map<DataKeyRow, Buffer>();
  for (const row of page) {
    try {
      opened.set(row, await masterKeys.unwrap(row.masterKeyId, row.wrapped, dataKeyBinding(row, row.keyId)));
    } catch (error) {
      if (!(error instanceof SealBroken || error instanceof MasterKeyUnknown)) throw error;
    }
  }
  return opened;
}

async function wrapAgain(
  masterKeys: MasterKeyStore,
  opened: ReadonlyMap<DataKeyRow, Buffer>,
): Promise<Parameters<typeof replaceWrappings>[1]> {
  const wrapped = await masterKeys.wrapMany(
    [...opened].map(([row, plain]) => ({ plain, associatedData: dataKeyBinding(row, row.keyId) })),
  );
  return [...opened.keys()].flatMap(({ keyId, masterKeyId: oldMasterKeyId }, at) => {
    const fresh = wrapped[at];
    return fresh === undefined ? [] : [{ keyId, oldMasterKeyId, ...fresh }];
  });
}
