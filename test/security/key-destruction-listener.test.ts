import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { destroyDataKeys } from '../../src/persistence/data-key-repository';
import { createDataKeys, type DataKeys } from '../../src/security/data-keys';
import { listenForDestroyedKeys } from '../../src/security/key-destruction-listener';
import { alice, bob, createTestKeys, type TestKeys } from './test-keys';

const log = pino({ level: 'silent' });
let keys: TestKeys;
let dataKeys: DataKeys;
let listener: { close(): Promise<void> };

beforeEach(async () => {
  keys = await createTestKeys();
  dataKeys = createDataKeys({ pool: keys.keysPool, masterKeys: keys.masterKeys });
  listener = listenForDestroyedKeys({ connectionString: urlOfKeys(), dataKeys, log, reconnectMs: 20 });
  await until(async () => (await listeners()).length === 1);
});
afterEach(async () => {
  await listener.close();
  await keys.close();
});

function urlOfKeys(): string {
  const url = keys.keysPool.options.connectionString;
  if (url === undefined) throw new Error('the pool has no URL');
  return url;
}

async function listeners(): Promise<number[]> {
  const { rows } = await keys.keysPool.query<{ pid: number }>(
    `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%' AND state = 'idle'`,
  );
  return rows.map(({ pid }) => pid);
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 20_000;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error('it did not come to that');
    await sleep(10);
  }
}

/** Cached after the cache was cleared at the start of listening, which may come a moment after the server says so. */
async function untilCached(): Promise<void> {
  await until(async () => {
    await dataKeys.ensure(alice);
    await dataKeys.ensure(bob);
    await sleep(50);
    return dataKeys.cached(alice) !== undefined && dataKeys.cached(bob) !== undefined;
  });
}

it('forgets a key that another process destroyed, and no other', async () => {
  await untilCached();
  await destroyDataKeys(keys.keysPool, alice.tenantId, alice.userId);
  await until(() => dataKeys.cached(alice) === undefined);
  expect(dataKeys.cached(bob)).toBeDefined();
  await expect(dataKeys.forScope(alice)).rejects.toMatchObject({ code: 'key_absent' });
});

it('forgets every key when it lost its connection, for one of them may have been destroyed meanwhile', async () => {
  await untilCached();
  for (const pid of await listeners()) await keys.keysPool.query('SELECT pg_terminate_backend($1)', [pid]);
  await until(() => dataKeys.cached(alice) === undefined && dataKeys.cached(bob) === undefined);
  await until(async () => (await listeners()).length === 1);
  await untilCached();
  await destroyDataKeys(keys.keysPool, bob.tenantId, bob.userId);
  await until(() => dataKeys.cached(bob) === undefined);
});

it('leaves nothing to unwrap where the key was, and says so once', async () => {
  await dataKeys.ensure(alice);
  await destroyDataKeys(keys.keysPool, alice.tenantId, alice.userId);
  const read = () =>
    keys.keysPool.query<{ wrapped: Buffer; destroyed_at: Date }>(
      'SELECT wrapped, destroyed_at FROM data_keys WHERE tenant_id = $1 AND user_id = $2',
      [alice.tenantId, alice.userId],
    );
  const [first] = (await read()).rows;
  expect(first?.wrapped).toHaveLength(0);
  await destroyDataKeys(keys.keysPool, alice.tenantId, alice.userId);
  expect((await read()).rows).toEqual([first]);
});

it('ends at once, also while it tries to connect', async () => {
  const lost = listenForDestroyedKeys({
    connectionString: 'postgres://nobody@127.0.0.1:1/none',
    dataKeys,
    log,
    reconnectMs: 20,
  });
  await sleep(60);
  await lost.close();
  await listener.close();
  await until(async () => (await listeners()).length === 0);
});
