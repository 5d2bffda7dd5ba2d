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
});
