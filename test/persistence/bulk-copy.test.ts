import { Client } from 'pg';
import { copyTables, tableCopy } from '../../src/persistence/bulk-copy';
import {
  COPY_NULL,
  copyBoolean,
  copyBytea,
  copyJsonb,
  copyRowOf,
  copyText,
  copyTexts,
} from '../../src/persistence/bulk-copy-fields';
import { createTestKeys, type TestKeys } from '../security/test-keys';

let keys: TestKeys;
let client: Client;

beforeAll(async () => {
  keys = await createTestKeys();
  client = new Client({ connectionString: String(keys.keysPool.options.connectionString) });
  await client.connect();
  await client.query('CREATE TABLE numbers (number text PRIMARY KEY)');
  await client.query('CREATE TABLE more (number text PRIMARY KEY)');
});
afterAll(async () => {
  await client.end();
  await keys.close();
});
beforeEach(() => client.query('TRUNCATE numbers, more'));

const numbers = (table: string, count: number) =>
  tableCopy(
    table,
    'number',
    Array.from({ length: count }, (_, number) => String(number)),
    (number) => copyRowOf(1) + copyText(number),
  );
const counts = async () =>
  (await client.query('SELECT (SELECT count(*)::int FROM numbers), (SELECT count(*)::int FROM more) AS more'))
    .rows[0];

test('every type of field comes out as it went in', async () => {
  await client.query(
    'CREATE TEMPORARY TABLE every (a text, b text, c bytea, d jsonb, e boolean, f boolean, g text[], h text[])',
  );
  const texts = ['\\N', 'a\tb\nc\r\\d', 'Zürich 東京 😀', '', 'x'.repeat(3_000)];
  const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
  await copyTables(client, [
    tableCopy(
      'every',
      'a, b, c, d, e, f, g, h',
      texts,
      (text) =>
        `${copyRowOf(8)}${copyText(text)}${COPY_NULL}${copyBytea(bytes)}${copyJsonb({ text })}${copyBoolean(true)}${copyBoolean(false)}${copyTexts([])}${copyTexts([text, '"{,}'])}`,
    ),
  ]);
  expect((await client.query('SELECT * FROM every')).rows).toEqual(
    texts.map((text) => ({
      a: text,
      b: null,
      c: bytes,
      d: { text },
      e: true,
      f: false,
      g: [],
      h: [text, '"{,}'],
    })),
  );
});

test('several tables are written by one query, and those without rows passed over', async () => {
  await copyTables(client, [numbers('numbers', 1_000), numbers('more', 0)]);
  expect(await counts()).toEqual({ count: 1_000, more: 0 });
  await copyTables(client, [numbers('more', 401)]);
  expect(await counts()).toEqual({ count: 1_000, more: 401 });
  await copyTables(client, []);
});

test('a row that is refused undoes all of them, and the connection goes on', async () => {
  await client.query(`INSERT INTO numbers VALUES ('20'), ('19999')`);
  const failing = [
    [numbers('more', 300), numbers('numbers', 20_000)],
    [numbers('numbers', 20_000), numbers('more', 300)],
  ];
  for (const copies of failing) {
    await expect(copyTables(client, copies)).rejects.toMatchObject({ code: '23505' });
    expect(await counts()).toEqual({ count: 2, more: 0 });
  }
  await copyTables(client, [numbers('more', 5)]);
  expect(await counts()).toEqual({ count: 2, more: 5 });
});

test('a connection that is lost meanwhile fails it', async () => {
  const other = new Client({ connectionString: String(keys.keysPool.options.connectionString) });
  other.on('error', () => undefined);
  await other.connect();
  const { rows } = await other.query('SELECT pg_backend_pid() AS pid');
  const copying = expect(copyTables(other, [numbers('numbers', 300_000)])).rejects.toThrow();
  await client.query('SELECT pg_terminate_backend($1)', [rows[0].pid]);
  await copying;
});

test('rows that cannot be made fail it, instead of leaving the server waiting', async () => {
  const other = new Client({ connectionString: String(keys.keysPool.options.connectionString) });
  other.on('error', () => undefined);
  await other.connect();
  const broken = tableCopy('numbers', 'number', [1], () => {
    throw new RangeError('no row');
  });
  await expect(copyTables(other, [broken])).rejects.toThrow();
});
