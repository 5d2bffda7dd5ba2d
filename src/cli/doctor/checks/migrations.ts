import type { MigrationSet } from '../../../persistence/migrate';
import { readMigrationState } from '../../../persistence/migration-state';
import { databaseFault, type NamedDatabase } from '../../../persistence/database-fault';
import { fail, complaintsOr, type Check, type Sight } from '../check';
import type { Installation } from '../installation';
import { PrerequisiteMissing } from '../prerequisite';

export const migrationsCheck: Check = {
  name: 'migrations',
  asks: 'whether both databases have the schema of this release',
  async look(installation) {
    const sights = [
      await look(installation, 'main', installation.mainDatabase()),
      await look(installation, 'keys', installation.keysDatabase()),
    ];
    return complaintsOr(sights.flat(), 'Both databases have the schema of this release.');
  },
};

async function look(
  installation: Installation,
  set: MigrationSet,
  database: NamedDatabase,
): Promise<readonly Sight[]> {
  const { missing, unknown } = await readMigrationState(installation.open(database), set).catch(
    (error: unknown) => {
      throw new PrerequisiteMissing(`the ${set} database cannot be used`, {
        cause: databaseFault(error, database),
      });
    },
  );
  if (unknown.length > 0)
    return [
      fail(
        `The ${set} database has migration ${unknown.join(', ')}, which this release does not know.`,
        'Run the newer release.',
      ),
    ];
  if (missing.length === 0) return [];
  return [fail(`The ${set} database lacks migration ${missing.join(', ')}.`, 'Run npm run migrate.')];
}
