import { createDataKeys, KeyAbsent } from '../../src/security/data-keys';
import { deploymentScope, tenantScope } from '../../src/security/key-scope';
import type { MasterKeyStore } from '../../src/security/master-key/master-key-store';
import { alice, bob, createTestKeys, type TestKeys } from './test-keys';

let keys: TestKeys;

beforeAll(async () => {
  keys = await createTestKeys();
});
afterAll(async () => {
  await keys.close();
});
beforeEach(async () => {
  await keys.keysPool.query('DELETE FROM data_keys');
  for (const scope of [alice, bob, deploymentScope, tenantScope('acme')]) keys.dataKeys.forget(scope);
});

/** Another process: a cache of its own over the same database, its clock and unwrapping in our hands. */
function anotherProcess(options: { ttlMs?: number; maxEntries?: number } = {}) {
  const process = { clock: 0, unwraps: 0 };
  const masterKeys: MasterKeyStore = {
    ...keys.masterKeys,
    unwrap(...given) {
      process.unwraps += 1;
      return keys.masterKeys.unwrap(...given);
    },
  };
  const dataKeys = createDataKeys({ pool: keys.keysPool, masterKeys, now: () => process.clock, ...options });
  return { process, dataKeys };
}

test('a scope without a key has none, and asking does not make one', async () => {
  await expect(keys.dataKeys.forScope(alice)).rejects.toMatchObject({
    name: 'KeyAbsent',
    code: 'key_absent',
  });
  await expect(keys.dataKeys.byId('key0000000aa')).rejects.toThrow(KeyAbsent);
  expect((await keys.keysPool.query('SELECT 1 FROM data_keys')).rowCount).toBe(0);
});

test('once made it is found by scope and by id, in this process and any other', async () => {
  const made = await keys.dataKeys.ensure(alice);
  expect(made).toMatchObject({ scope: alice, keyId: expect.stringMatching(/^[0-9A-Za-z]{6}$/) });
  expect(made.key).toHaveLength(32);
  expect(await keys.dataKeys.ensure(alice)).toEqual(made);
  const { dataKeys } = anotherProcess();
  expect(await dataKeys.forScope(alice)).toEqual(made);
  expect(await anotherProcess().dataKeys.byId(made.keyId)).toEqual(made);
});

test('users, tenant and deployment have keys of their own', async () => {
  const made = await Promise.all(
    [alice, bob, tenantScope('acme'), deploymentScope].map((scope) => keys.dataKeys.ensure(scope)),
  );
  expect(new Set(made.map(({ key }) => key.toString('hex'))).size).toBe(4);
});

test('thirty first users of a key, in three processes, all get the same one', async () => {
  const processes = [anotherProcess(), anotherProcess(), anotherProcess()];
  const made = await Promise.all(
    Array.from({ length: 30 }, (_, index) => processes[index % 3]!.dataKeys.ensure(alice)),
  );
  expect(new Set(made.map(({ keyId }) => keyId)).size).toBe(1);
  expect((await keys.keysPool.query('SELECT 1 FROM data_keys')).rowCount).toBe(1);
});

test('lookups at the same time share one unwrapping', async () => {
  const { keyId } = await keys.dataKeys.ensure(alice);
  const { process, dataKeys } = anotherProcess();
  await Promise.all(Array.from({ length: 20 }, () => dataKeys.forScope(alice)));
  await dataKeys.byId(keyId);
  expect(process.unwraps).toBe(1);
});

test('a key is at hand without waiting for as long as it is cached, however often it is used', async () => {
  await keys.dataKeys.ensure(alice);
  const { process, dataKeys } = anotherProcess({ ttlMs: 1_000 });
  expect(dataKeys.cached(alice)).toBeUndefined();
  await dataKeys.forScope(alice);
  process.clock = 999;
  expect(dataKeys.cached(alice)).toMatchObject({ scope: alice });
  process.clock = 1_000;
  expect(dataKeys.cached(alice)).toBeUndefined();
});

test('a destroyed key is gone when its cached copy expires, and at once where it is forgotten', async () => {
  const { keyId } = await keys.dataKeys.ensure(alice);
  const { process, dataKeys } = anotherProcess({ ttlMs: 1_000 });
  await dataKeys.forScope(alice);
  await keys.destroy(alice);
  keys.dataKeys.forget(alice);
  await expect(keys.dataKeys.forScope(alice)).rejects.toThrow(KeyAbsent);
  await expect(keys.dataKeys.byId(keyId)).rejects.toThrow(KeyAbsent);
  await expect(dataKeys.forScope(alice)).resolves.toMatchObject({ keyId });
  process.clock = 1_000;
  await expect(dataKeys.forScope(alice)).rejects.toThrow(KeyAbsent);
});

test('a lookup that was under way when its key was forgotten does not bring it back', async () => {
  await keys.dataKeys.ensure(alice);
  const { dataKeys } = anotherProcess();
  const underWay = dataKeys.forScope(alice);
  dataKeys.forget(alice);
  await underWay;
  expect(dataKeys.cached(alice)).toBeUndefined();
});

test('the cache is bounded: what was used least recently goes first', async () => {
  for (const scope of [alice, bob, deploymentScope]) await keys.dataKeys.ensure(scope);
  const { dataKeys } = anotherProcess({ maxEntries: 2 });
  await dataKeys.forScope(alice);
  await dataKeys.forScope(bob);
  dataKeys.cached(alice);
  await dataKeys.forScope(deploymentScope);
  expect(dataKeys.cached(alice)).toBeDefined();
  expect(dataKeys.cached(bob)).toBeUndefined();
  expect(dataKeys.cached(deploymentScope)).toBeDefined();
});

test("a row that was given another row's wrapped key does not open", async () => {
  await keys.dataKeys.ensure(alice);
  await keys.dataKeys.ensure(bob);
  await keys.keysPool.query(
    `UPDATE data_keys SET wrapped = (SELECT wrapped FROM data_keys WHERE user_id = 'alice') WHERE user_id = 'bob'`,
  );
  await expect(anotherProcess().dataKeys.forScope(bob)).rejects.toMatchObject({ code: 'seal_broken' });
});

test('nothing of a data key can be read in its row', async () => {
  const { key } = await keys.dataKeys.ensure(alice);
  const { rows } = await keys.keysPool.query<{ row: string }>('SELECT data_keys::text AS row FROM data_keys');
  expect(rows[0]!.row).not.toContain(key.toString('hex'));
  expect(rows[0]!.row).toContain('alice');
});
