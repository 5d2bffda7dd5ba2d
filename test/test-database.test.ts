import { withClient } from '../src/embedded/database';
import { createTestDatabase } from './test-database';

describe('databases of a test file', () => {
  it('come migrated, are apart from one another, and go when dropped', async () => {
    const [one, other] = await Promise.all([createTestDatabase(), createTestDatabase()]);
    const migrations = await withClient(one.databaseUrl, async (client) => {
      await client.query('CREATE TABLE only_here (id int)');
      return client.query('SELECT name FROM migrations');
    });
    expect(migrations.rowCount).toBeGreaterThan(0);
    const found = await withClient(other.databaseUrl, (client) =>
      client.query(`SELECT to_regclass('only_here') AS there`),
    );
    expect(found.rows).toEqual([{ there: null }]);
    await Promise.all([one.drop(), other.drop()]);
    await expect(withClient(one.databaseUrl, () => Promise.resolve())).rejects.toMatchObject({
      code: '3D000',
    });
    await expect(withClient(one.keysDatabaseUrl, () => Promise.resolve())).rejects.toMatchObject({
      code: '3D000',
    });
  });

  it('are not dropped in silence where an event is not as the catalogue has it', async () => {
    const database = await createTestDatabase();
    await withClient(database.databaseUrl, (client) =>
      client.query(`INSERT INTO outbox (tenant_id, user_id, type, data, at, epoch) VALUES
        ('ten_1', NULL, 'user.erased', '{"erasureId": 7}', now(), 0),
        ('ten_1', 'usr_1', 'user.unheard-of', '{}', now(), 0),
        ('ten_1', 'usr_1', 'order.shipped', '{"of": "the tenant"}', now(), 0)`),
    );
    const told = await database.drop().catch((error: unknown) => String(error));
    expect(told?.split('\n').slice(1)).toEqual([
      'user.unheard-of is not in the catalogue',
      'user.erased names no user',
      'user.erased /erasureId must be of type string',
    ]);
    await expect(withClient(database.databaseUrl, () => Promise.resolve())).rejects.toMatchObject({
      code: '3D000',
    });
  });
});
