import { Client } from 'pg';
import { createBulkDataKeys } from '../../src/security/bulk-data-keys';
import { openField, sealField } from '../../src/security/field-encryption';
import { neighbouringIds } from '../../src/security/neighbouring-ids';
import { alice, createTestKeys, type TestKeys } from './test-keys';

let keys: TestKeys;
let client: Client;

beforeAll(async () => {
  keys = await createTestKeys();
  client = new Client({ connectionString: String(keys.keysPool.options.connectionString) });
  await client.connect();
});
beforeEach(() => keys.keysPool.query(`DELETE FROM data_keys WHERE user_id <> '-'`));
afterAll(async () => {
  await client.end();
  await keys.close();
});

const bulk = () => createBulkDataKeys(client, keys.masterKeys, 'acme');
const userIds = neighbouringIds('usr', 500);
const context = { tenantId: 'acme', userId: userIds[0]!, record: 'fac_1', version: 1 };

test('keys that are made at once are those that every process finds for the users', async () => {
  const made = await bulk().make(userIds);
  expect([...made.keys()]).toEqual(userIds);
  const sealed = sealField(made.get(userIds[0]!)!, 'secret', context);
  const found = await keys.dataKeys.forScope({ tenantId: 'acme', userId: userIds[0]! });
  expect(openField(found, sealed, context).toString()).toBe('secret');
  expect(new Set([...made.values()].map(({ key }) => key.toString('hex'))).size).toBe(500);
});

test('they are stored wrapped under the current master key, each for its own row', async () => {
  const made = await bulk().make(userIds);
  const { rows } = await keys.keysPool.query('SELECT * FROM data_keys WHERE user_id = ANY ($1)', [userIds]);
  expect(rows).toHaveLength(500);
  for (const row of rows) {
    expect(row.master_key_id).toBe(keys.masterKeys.currentKeyId());
    expect(row.wrapped.includes(made.get(row.user_id)!.key.subarray(0, 8))).toBe(false);
  }
  await keys.keysPool.query(
    'UPDATE data_keys SET wrapped = (SELECT wrapped FROM data_keys WHERE user_id = $1) WHERE user_id = $2',
    [userIds[0], userIds[1]],
  );
  await expect(bulk().load([userIds[1]!])).rejects.toMatchObject({ code: 'seal_broken' });
});

test('those who have a key get it, whoever made it, and those without are missing', async () => {
  const before = await keys.dataKeys.ensure(alice);
  const loaded = await bulk().load([alice.userId, 'nobody']);
  expect([...loaded.keys()]).toEqual([alice.userId]);
  expect(loaded.get(alice.userId)?.key.equals(before.key)).toBe(true);
  await keys.destroy(alice);
  expect((await bulk().load([alice.userId])).size).toBe(0);
});

test('keys of another tenant are out of reach', async () => {
  await keys.dataKeys.ensure({ tenantId: 'evil', userId: 'mallory' });
  expect((await bulk().load(['mallory'])).size).toBe(0);
  await bulk().discard(['mallory']);
  await expect(keys.dataKeys.forScope({ tenantId: 'evil', userId: 'mallory' })).resolves.toBeDefined();
});

test('what was made for users who were not written is taken back', async () => {
  await bulk().make(userIds);
  await bulk().discard(userIds);
  expect((await keys.keysPool.query(`SELECT FROM data_keys WHERE user_id <> '-'`)).rowCount).toBe(0);
});

test('an id that is taken is drawn again, with all of its batch', async () => {
  const [one, other] = [userIds.slice(0, 2), userIds.slice(2, 4)];
  const made = await bulk().make(one);
  // The first id that is drawn from now on is one that is taken.
  await keys.keysPool.query(
    `CREATE SEQUENCE draws;
     CREATE FUNCTION take_first() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
       IF nextval('draws') = 1 THEN NEW.key_id := '${made.get(one[0]!)!.keyId}'; END IF; RETURN NEW; END $$;
     CREATE TRIGGER take_first BEFORE INSERT ON data_keys FOR EACH ROW EXECUTE FUNCTION take_first()`,
  );
  await bulk().make(other);
  const { rows } = await keys.keysPool.query<{ last: number }>('SELECT last_value::int AS last FROM draws');
  expect(rows[0]?.last).toBeGreaterThanOrEqual(other.length + 1);
  expect((await bulk().load([...one, ...other])).size).toBe(4);
});
