import { Pool } from 'pg';
import { countInWindows } from '../../src/persistence/rate-limit-repository';
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

const pointsOf = async (names: string[], windowMs = 60_000): Promise<Record<string, number>> => {
  const counts = await countInWindows(pool, names, windowMs);
  return Object.fromEntries(counts.map(({ name, points }) => [name, points]));
};

test('every name is counted by itself', async () => {
  expect(await pointsOf(['key:a', 'user:a'])).toEqual({ 'key:a': 1, 'user:a': 1 });
  expect(await pointsOf(['key:a', 'user:b'])).toEqual({ 'key:a': 2, 'user:b': 1 });
});

test('a window ends as long after its first count as it was to last, and no later count prolongs it', async () => {
  const [first] = await countInWindows(pool, ['key:long'], 60_000);
  const [second] = await countInWindows(pool, ['key:long'], 3_600_000);
  expect(first!.endsInMs).toBe(60_000);
  expect(second!.endsInMs).toBeLessThanOrEqual(60_000);
});

test('after its window a name is counted from one again', async () => {
  await pointsOf(['key:over']);
  await pool.query(`UPDATE rate_limits SET expire = expire - 61000 WHERE key = 'key:over'`);
  expect(await pointsOf(['key:over'])).toEqual({ 'key:over': 1 });
});

test('of many requests that share names in any order each is counted once, and none waits for ever', async () => {
  const orders = [
    ['key:shared', 'address:shared', 'user:shared'],
    ['user:shared', 'address:shared', 'key:shared'],
  ];
  await Promise.all(Array.from({ length: 100 }, (_, at) => countInWindows(pool, orders[at % 2]!, 60_000)));
  expect(await pointsOf(orders[0]!)).toEqual({
    'key:shared': 101,
    'address:shared': 101,
    'user:shared': 101,
  });
});
