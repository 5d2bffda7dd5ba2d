import type { Pool } from 'pg';
import type { JsonValue } from '../../domain/json';
import { findDataKeyOfScope } from '../../persistence/data-key-repository';
import { livingKeys, type RestoredFactor, type RestoredUser } from '../../persistence/restore-findings';
import { SealBroken } from '../../security/aead';
import { dataKeyBinding, type DataKey } from '../../security/data-keys';
import { openField } from '../../security/field-encryption';
import { deploymentScope } from '../../security/key-scope';
import { MasterKeyUnknown, type MasterKeyStore } from '../../security/master-key/master-key-store';

/** Why a user's factors stay closed. */
export type ClosedBecause = 'no_data_key' | 'master_key_unknown' | 'seal_broken';

interface Keys {
  readonly keysPool: Pool;
  readonly masterKeys: MasterKeyStore;
}

export interface OpenedFactor {
  readonly factor: RestoredFactor;
  readonly material: JsonValue;
}

/** A user whose factors were opened, or who cannot be: then the factors that are there stay as they are. */
export type OpenedUser =
  | { readonly user: RestoredUser; readonly opened: readonly OpenedFactor[] }
  | { readonly user: RestoredUser; readonly closed: ClosedBecause };

/** Version of the layout in which a factor's material is sealed. */
const LAYOUT_VERSION = 1;

/** Opens every factor of a page of users of one tenant, as a login would. Nothing is cached, nothing is written. */
export async function openUsers(
  keys: Keys,
  tenantId: string,
  users: readonly RestoredUser[],
): Promise<OpenedUser[]> {
  const rows = await livingKeys(
    keys.keysPool,
    tenantId,
    users.map(({ userId }) => userId),
  );
  const keyOf = new Map(rows.map((row) => [row.userId, row]));
  return await Promise.all(
    users.map(async (user): Promise<OpenedUser> => {
      const row = keyOf.get(user.userId);
      if (row === undefined) return { user, closed: 'no_data_key' };
      try {
        const scope = { tenantId, userId: user.userId };
        const key = await keys.masterKeys.unwrap(
          row.masterKeyId,
          row.wrapped,
          dataKeyBinding(scope, row.keyId),
        );
        const dataKey = { keyId: row.keyId, key, scope };
        return { user, opened: user.factors.map((factor) => ({ factor, material: open(dataKey, factor) })) };
      } catch (error) {
        if (error instanceof MasterKeyUnknown) return { user, closed: 'master_key_unknown' };
        if (error instanceof SealBroken) return { user, closed: 'seal_broken' };
        throw error;
      }
    }),
  );
}

function open(dataKey: DataKey, factor: RestoredFactor): JsonValue {
  const where = { ...dataKey.scope, record: factor.factorId, version: LAYOUT_VERSION };
  return JSON.parse(openField(dataKey, factor.material, where).toString('utf8')) as JsonValue;
}

/** The deployment's key; undefined where there is none, or it does not open. None is made. */
export async function openDeploymentKey({ keysPool, masterKeys }: Keys): Promise<DataKey | undefined> {
  const scope = deploymentScope;
  const row = await findDataKeyOfScope(keysPool, scope.tenantId, scope.userId);
  if (row === undefined) return undefined;
  try {
    const key = await masterKeys.unwrap(row.masterKeyId, row.wrapped, dataKeyBinding(scope, row.keyId));
    return { keyId: row.keyId, key, scope };
  } catch (error) {
    if (error instanceof MasterKeyUnknown || error instanceof SealBroken) return undefined;
    throw error;
  }
}
