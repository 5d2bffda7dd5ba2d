import { randomBytes } from 'node:crypto';
import { withClient } from '../../../src/embedded/database';

export interface EmptyDatabases {
  readonly DATABASE_URL: string;
  readonly KEYS_DATABASE_URL: string;
}

const made: string[] = [];

function adminUrl(): string {
  const url = process.env['MFAFLOW_TEST_POSTGRES_ADMIN_URL'];
  if (url === undefined) throw new Error('Jest starts Postgres for the tests: run them with npm test');
  return url;
}

/** Two databases that nothing was written into, as a restore takes them. */
export async function createEmptyDatabases(): Promise<EmptyDatabases> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  const names = [name, `${name}_keys`];
  await withClient(adminUrl(), async (client) => {
    for (const each of names) await client.query(`CREATE DATABASE ${each}`);
  });
  made.push(...names);
  const url = (database: string): string => new URL(`/${database}`, adminUrl()).href;
  return { DATABASE_URL: url(name), KEYS_DATABASE_URL: url(`${name}_keys`) };
}

/** Whoever is still connected. */
export async function dropEmptyDatabases(): Promise<void> {
  await withClient(adminUrl(), async (client) => {
    for (const name of made.splice(0)) await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  });
}
