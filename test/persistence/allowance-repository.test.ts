import { Pool } from 'pg';
import { claimAllowances, correctAllowance } from '../../src/persistence/allowance-repository';
import { createTestDatabase, type TestDatabase } from '../test-database';

let database: TestDatabase;
let pool: Pool;

beforeAll(async () => {
  database = await createTestDatabase();
  pool = new Pool({ connectionString: database.databaseUrl, max: 10 });
});

afterAll(async () => {
  await pool.end();
  await database.drop();
});

const usedOf = async (key: string): Promise<number[]> => {
  const { rows } = await pool.query<{ used: number }>(
    'SELECT used::float8 AS used FROM delivery_allowances WHERE key = $1',
    [key],
  );
  return rows.map(({ used }) => used);
};

/** @returns whether the money of the day was over after it. */
async function spend(key: string, amount: string, limit: string): Promise<boolean> {
  const client = await pool.connect();
  try {
    const claim = { key, window: 'day', amount, limit, reason: 'limit_spend' } as const;
    return (await claimAllowances(client, [claim])).length > 0;
  } finally {
    client.release();
  }
}

test('a price is counted where nothing was estimated before, and the next message is held to it', async () => {
  await correctAllowance(pool, { key: 'new', amount: '0.900000' });
  expect(await usedOf('new')).toEqual([0.9]);
  expect(await spend('new', '0', '0.5')).toBe(true);
  expect(await spend('new', '0', '0.9')).toBe(false);
});

test('a price that is higher or lower than the estimate puts it right', async () => {
  await spend('known', '0.05', '1');
  await correctAllowance(pool, { key: 'known', amount: '0.850000' });
  await correctAllowance(pool, { key: 'known', amount: '-0.300000' });
  expect(await usedOf('known')).toEqual([0.6]);
});

test('no correction gives more back than was counted', async () => {
  await correctAllowance(pool, { key: 'below', amount: '-0.050000' });
  expect(await usedOf('below')).toEqual([0]);
  await spend('below', '0.01', '1');
  await correctAllowance(pool, { key: 'below', amount: '-0.050000' });
  expect(await usedOf('below')).toEqual([0]);
});

test('corrections at once are all counted', async () => {
  await Promise.all(
    Array.from({ length: 20 }, () => correctAllowance(pool, { key: 'many', amount: '0.010000' })),
  );
  expect(await usedOf('many')).toEqual([0.2]);
});
