import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { Pool } from 'pg';
import { createDataKeys, type DataKey, type DataKeys } from '../../src/security/data-keys';
import { deploymentScope, type KeyScope } from '../../src/security/key-scope';
import { ensureMasterKeyFile } from '../../src/security/master-key/create-master-key-file';
import { openFileMasterKeyStore } from '../../src/security/master-key/file-master-key-store';
import type { MasterKeyStore } from '../../src/security/master-key/master-key-store';
import { createTestDatabase } from '../test-database';

export const alice: KeyScope = { tenantId: 'acme', userId: 'alice' };
export const bob: KeyScope = { tenantId: 'acme', userId: 'bob' };
export const mallory: KeyScope = { tenantId: 'evil', userId: 'mallory' };

/** A data key that no database knows. */
export function looseKey(scope: KeyScope, keyId = 'key0000000aa'): DataKey {
  return { keyId, key: randomBytes(32), scope };
}

export interface TestKeys {
  readonly pool: Pool;
  readonly keysPool: Pool;
  readonly masterKeyFile: string;
  readonly masterKeys: MasterKeyStore;
  readonly dataKeys: DataKeys;
  readonly deploymentKey: DataKey;
  /** What erasing a user does to the key of a scope. */
  destroy(scope: KeyScope): Promise<void>;
  close(): Promise<void>;
}

/** Real databases and a real master key file, with the deployment's key made. */
export async function createTestKeys(): Promise<TestKeys> {
  const database = await createTestDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'mfaflow-keys-'));
  const masterKeyFile = join(folder, 'master-key.json');
  await ensureMasterKeyFile(masterKeyFile);
  const masterKeys = await openFileMasterKeyStore(masterKeyFile);
  const pool = new Pool({ connectionString: database.databaseUrl, max: 5 });
  const keysPool = new Pool({ connectionString: database.keysDatabaseUrl, max: 5 });
  const dataKeys = createDataKeys({ pool: keysPool, masterKeys });
  return {
    pool,
    keysPool,
    masterKeyFile,
    masterKeys,
    dataKeys,
    deploymentKey: await dataKeys.ensure(deploymentScope),
    async destroy({ tenantId, userId }) {
      await keysPool.query(
        `UPDATE data_keys SET wrapped = '', destroyed_at = now() WHERE tenant_id = $1 AND user_id = $2`,
        [tenantId, userId],
      );
    },
    async close() {
      await Promise.all([pool.end(), keysPool.end()]);
      await database.drop();
      await rm(folder, { recursive: true });
    },
  };
}
