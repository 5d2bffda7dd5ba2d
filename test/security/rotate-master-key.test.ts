import { createDataKeys } from '../../src/security/data-keys';
import { addMasterKey } from '../../src/security/master-key/master-key-changes';
import { openFileMasterKeyStore } from '../../src/security/master-key/file-master-key-store';
import { rewrapDataKeys } from '../../src/security/rotate-master-key';
import { createTestKeys, type TestKeys } from './test-keys';

const users = Array.from({ length: 40 }, (_, index) => ({ tenantId: 'acme', userId: `user${index}` }));
let keys: TestKeys;

beforeEach(async () => {
  keys = await createTestKeys();
  await Promise.all(users.map((user) => keys.dataKeys.ensure(user)));
});
afterEach(async () => {
  await keys.close();
});

async function masterKeysInUse(): Promise<string[]> {
  const { rows } = await keys.keysPool.query<{ id: string }>(
    'SELECT DISTINCT master_key_id AS id FROM data_keys WHERE destroyed_at IS NULL',
  );
  return rows.map(({ id }) => id);
}

test('every data key ends under the new master key, itself unchanged, while readers notice nothing', async () => {
  const before = await Promise.all(users.map((user) => keys.dataKeys.forScope(user)));
  const current = await addMasterKey(keys.masterKeyFile);
  let rotating = true;
  const reads: unknown[] = [];
  // A cache that holds nothing: every read unwraps what stands in the row at that moment.
  const readers = Array.from({ length: 4 }, async (_, index) => {
    const dataKeys = createDataKeys({ pool: keys.keysPool, masterKeys: keys.masterKeys, ttlMs: 0 });
    while (rotating) reads.push(await dataKeys.forScope(users[(reads.length + index) % users.length]!));
  });
  const masterKeys = await openFileMasterKeyStore(keys.masterKeyFile);
  const outcome = await rewrapDataKeys({ pool: keys.keysPool, masterKeys, batch: 7 });
  rotating = false;
  await Promise.all(readers);
  expect(outcome).toEqual({ rewrapped: users.length + 1, failed: [] });
  expect(await masterKeysInUse()).toEqual([current]);
  expect(reads.length).toBeGreaterThan(0);
  for (const read of reads) expect(before).toContainEqual(read);
  const fresh = createDataKeys({ pool: keys.keysPool, masterKeys });
  expect(await Promise.all(users.map((user) => fresh.forScope(user)))).toEqual(before);
});

test('stopped half way it goes on from there, and a further run finds nothing to do', async () => {
  const current = await addMasterKey(keys.masterKeyFile);
  const masterKeys = await openFileMasterKeyStore(keys.masterKeyFile);
  const stop = new Error('stopped');
  const stopped = rewrapDataKeys({
    pool: keys.keysPool,
    masterKeys,
    batch: 10,
    onProgress({ rewrapped }) {
      if (rewrapped >= 20) throw stop;
    },
  });
  await expect(stopped).rejects.toBe(stop);
  expect(await masterKeysInUse()).toHaveLength(2);
  expect(await rewrapDataKeys({ pool: keys.keysPool, masterKeys, batch: 10 })).toEqual({
    rewrapped: 21,
    failed: [],
  });
  expect(await masterKeysInUse()).toEqual([current]);
  expect(await rewrapDataKeys({ pool: keys.keysPool, masterKeys })).toEqual({ rewrapped: 0, failed: [] });
});

test('a running process wraps new keys under the new master key, so that none is left behind', async () => {
  const current = await addMasterKey(keys.masterKeyFile);
  const { keyId } = await keys.dataKeys.ensure({ tenantId: 'acme', userId: 'newcomer' });
  const { rows } = await keys.keysPool.query('SELECT master_key_id AS id FROM data_keys WHERE key_id = $1', [
    keyId,
  ]);
  expect(rows).toEqual([{ id: current }]);
});

test('a damaged key is named and left as it is; the others are wrapped again', async () => {
  const { keyId } = await keys.dataKeys.forScope(users[3]!);
  await keys.keysPool.query(`UPDATE data_keys SET wrapped = 'damaged' WHERE key_id = $1`, [keyId]);
  await addMasterKey(keys.masterKeyFile);
  const masterKeys = await openFileMasterKeyStore(keys.masterKeyFile);
  expect(await rewrapDataKeys({ pool: keys.keysPool, masterKeys, batch: 5 })).toEqual({
    rewrapped: users.length,
    failed: [keyId],
  });
});

test('a destroyed key stays destroyed', async () => {
  await keys.destroy(users[0]!);
  await addMasterKey(keys.masterKeyFile);
  const masterKeys = await openFileMasterKeyStore(keys.masterKeyFile);
  await rewrapDataKeys({ pool: keys.keysPool, masterKeys });
  const { rows } = await keys.keysPool.query(`SELECT wrapped FROM data_keys WHERE user_id = 'user0'`);
  expect(rows).toEqual([{ wrapped: Buffer.alloc(0) }]);
});
