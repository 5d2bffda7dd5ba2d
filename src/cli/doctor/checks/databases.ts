import { databaseFault, serverOf, type NamedDatabase } from '../../../persistence/database-fault';
import { OLDEST_POSTGRES, readPostgresVersion } from '../../../persistence/database-fitness';
import { fail, ok, type Check, type Sight } from '../check';
import type { Installation } from '../installation';

export const mainDatabaseCheck: Check = {
  name: 'main-database',
  asks: 'whether the Postgres of `DATABASE_URL` answers and is new enough',
  look: (installation) => look(installation, installation.mainDatabase()),
};

export const keysDatabaseCheck: Check = {
  name: 'keys-database',
  asks: 'whether the Postgres of `KEYS_DATABASE_URL` answers and is new enough',
  look: (installation) => look(installation, installation.keysDatabase()),
};

async function look(installation: Installation, database: NamedDatabase): Promise<readonly Sight[]> {
  const server = serverOf(database);
  try {
    const { major, text } = await readPostgresVersion(installation.open(database));
    if (major >= OLDEST_POSTGRES) return [ok(`Postgres ${text} answers at ${server}.`)];
    return [
      fail(
        `Postgres at ${server} is version ${text}, and mfaflow needs ${OLDEST_POSTGRES} or newer.`,
        `Upgrade it, or let ${database.variable} name another.`,
      ),
    ];
  } catch (error) {
    // The fault's sentence is `what: how to mend it`.
    const [says = '', ...mend] = databaseFault(error, database).message.split(/: (?=[a-z])/);
    return [fail(`${says}.`, capitalised(mend.join(': ')))];
  }
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
