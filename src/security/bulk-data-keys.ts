import { randomBytes } from 'node:crypto';
import type { ClientBase } from 'pg';
import {
  copyDataKeys,
  deleteUnusedDataKeys,
  findDataKeysOfUsers,
} from '../persistence/bulk-data-key-repository';
import type { DataKeyRow } from '../persistence/data-key-repository';
import type { DataKey } from './data-key';
import { dataKeyBinding } from './data-keys';
import type { MasterKeyStore, WrappedKey } from './master-key/master-key-store';
import { manyBase62 } from './neighbouring-ids';

/** The data keys of many users of a tenant at once; nothing is kept in memory. All are keyed by internal user id. */
export interface BulkDataKeys {
  /** Makes and stores a key for each of these users, who are new and have none. */
  make(userIds: readonly string[]): Promise<Map<string, DataKey>>;
  /** The keys of users who are there; one whose key was destroyed is missing. */
  load(userIds: readonly string[]): Promise<Map<string, DataKey>>;
  /** Takes back what `make` made for users who were then not written. */
  discard(userIds: readonly string[]): Promise<void>;
}

const dataKeyBytes = 32;
const keyIdDigits = 6;
/** A fraction of a millisecond each, between which the connections of the import have their turn. */
const wrapsAtOnce = 100;
/** Ids of six digits meet the more often the more there are: at 10,000,000 keys every other batch is drawn again. */
const mostDraws = 20;
const uniqueViolation = '23505';

/** @param client of the keys database, used by nothing else meanwhile */
export function createBulkDataKeys(
  client: ClientBase,
  masterKeys: MasterKeyStore,
  tenantId: string,
): BulkDataKeys {
  async function draw(userIds: readonly string[]): Promise<Map<string, DataKey>> {
    // Drawn at once: what a draw costs is the call.
    const keyIds = manyBase62(userIds.length, keyIdDigits);
    const bytes = randomBytes(userIds.length * dataKeyBytes);
    const dataKeys = userIds.map((userId, at) => ({
      keyId: keyIds[at] ?? '',
      key: bytes.subarray(at * dataKeyBytes, (at + 1) * dataKeyBytes),
      scope: { tenantId, userId },
    }));
    const rows: DataKeyRow[] = [];
    for (let from = 0; from < dataKeys.length; from += wrapsAtOnce) {
      const some = dataKeys.slice(from, from + wrapsAtOnce);
      const wrapped = await masterKeys.wrapMany(
        some.map(({ keyId, key, scope }) => ({ plain: key, associatedData: dataKeyBinding(scope, keyId) })),
      );
      for (const [at, { keyId, scope }] of some.entries())
        rows.push({ keyId, ...scope, ...(wrapped[at] as WrappedKey) });
    }
    await copyDataKeys(client, rows);
    return new Map(dataKeys.map((dataKey) => [dataKey.scope.userId, dataKey]));
  }

  return {
    async make(userIds) {
      for (let draws = 1; ; draws += 1) {
        try {
          return await draw(userIds);
        } catch (error) {
          const idIsTaken = (error as { code?: unknown }).code === uniqueViolation;
          if (!idIsTaken || draws === mostDraws) throw error;
        }
      }
    },

    async load(userIds) {
      const rows = await findDataKeysOfUsers(client, tenantId, userIds);
      const keys = new Map<string, DataKey>();
      for (const { keyId, userId, wrapped, masterKeyId } of rows) {
        const scope = { tenantId, userId };
        const key = await masterKeys.unwrap(masterKeyId, wrapped, dataKeyBinding(scope, keyId));
        keys.set(userId, { keyId, key, scope });
      }
      return keys;
    },

    async discard(userIds) {
      await deleteUnusedDataKeys(client, tenantId, userIds);
    },
  };
}
