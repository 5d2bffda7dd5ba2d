import { Pool } from 'pg';
import { ensureFirstTenant } from '../src/persistence/bootstrap';
import { writeClockOffset } from '../src/persistence/test-clock-repository';
import { refuseTestRemains } from '../src/production-refusals';
import { newApiKey } from '../src/security/api-key';
import { createTestDatabase, type TestDatabase } from './test-database';

let database: TestDatabase;
let pool: Pool;

beforeAll(async () => {
  database = await createTestDatabase();
  pool = new Pool({ connectionString: database.databaseUrl, max: 1 });
});

afterAll(async () => {
  await pool.end();
  await database.drop();
});

const refused = { name: 'Error', code: 'config_invalid' };

it('starts on a database that neither a test nor a developer has used', async () => {
  await expect(refuseTestRemains(pool, { testMode: false, production: true })).resolves.toBeUndefined();
});

it('refuses a clock that a test has moved, except in test mode', async () => {
  await writeClockOffset(pool, 60_000);
  await expect(refuseTestRemains(pool, { testMode: false, production: false })).rejects.toMatchObject(
    refused,
  );
  await expect(refuseTestRemains(pool, { testMode: true, production: false })).resolves.toBeUndefined();
  await writeClockOffset(pool, 0);
  await expect(refuseTestRemains(pool, { testMode: false, production: false })).resolves.toBeUndefined();
});

it('refuses the development key in production until it is revoked', async () => {
  await ensureFirstTenant(database.databaseUrl, { tenantName: 'development', apiKey: newApiKey() });
  await expect(refuseTestRemains(pool, { testMode: false, production: false })).resolves.toBeUndefined();
  await expect(refuseTestRemains(pool, { testMode: false, production: true })).rejects.toMatchObject(refused);
  await pool.query('UPDATE api_keys SET revoked_at = now()');
  await expect(refuseTestRemains(pool, { testMode: false, production: true })).resolves.toBeUndefined();
});
