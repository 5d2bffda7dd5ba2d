import { readHeartbeats } from '../../../persistence/heartbeat-repository';
import { readConnectionUse } from '../../../persistence/server-facts-repository';
import { fail, ok, warn, type Check } from '../check';

/** Beside its pool, what a process keeps open to the keys database. */
const KEYS_CONNECTIONS = 5;

export const connectionsCheck: Check = {
  name: 'connections',
  asks: 'whether Postgres has room for the connections of all processes',
  async look(installation) {
    const pool = await installation.main();
    const { available, used } = await readConnectionUse(pool);
    const processes = (await readHeartbeats(pool)).length;
    const needed = processes * (installation.setting('databasePool') + KEYS_CONNECTIONS);
    if (used >= available)
      return [
        fail(
          `All ${available} connections of Postgres are in use.`,
          'Raise max_connections in postgresql.conf.',
        ),
      ];
    if (needed > available)
      return [
        warn(
          `${processes} processes may want ${needed} connections, and Postgres has ${available}.`,
          'Raise max_connections in postgresql.conf, or lower MFAFLOW_DATABASE_POOL.',
        ),
      ];
    return [ok(`${used} of ${available} connections are in use, and ${needed} may be wanted.`)];
  },
};
