import { keysDatabaseUrlOf, settings } from '../config';
import type { NamedDatabase } from '../persistence/database-fault';
import type { Environment } from '../setting';

/** The database of DATABASE_URL. @throws ConfigInvalid */
export function mainDatabaseOf(environment: Environment): NamedDatabase {
  return { variable: 'DATABASE_URL', url: settings.databaseUrl.read(environment) };
}

/** The database of KEYS_DATABASE_URL, or what it is by default. @throws ConfigInvalid */
export function keysDatabaseOf(environment: Environment): NamedDatabase {
  return { variable: 'KEYS_DATABASE_URL', url: keysDatabaseUrlOf(environment) };
}
