import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import { ensureDatabase, withClient } from '../src/embedded/database';
import { migrate } from '../src/persistence/migrate';
import { expectCataloguedEvents } from './outbox-rows';

export interface TestDatabase {
  readonly databaseUrl: string;
  readonly keysDatabaseUrl: string;
  /** Removes both databases, whoever is still connected. @throws when an event in the outbox is not as the catalogue has it */
  drop(): Promise<void>;
}

const templateLock = 7_203_115;
const templates = { main: 'mfaflow_template', keys: 'mfaflow_keys_template' } as const;

/** Fresh, migrated databases of a test file's own, copied from templates that the first test of a run migrates. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const adminUrl = process.env['MFAFLOW_TEST_POSTGRES_ADMIN_URL'];
  if (adminUrl === undefined) throw new Error('Jest starts Postgres for the tests: run them with npm test');
  const name = `test_${randomBytes(6).toString('hex')}`;
  await withClient(adminUrl, async (client) => {
    // The lock falls with the connection.
    await client.query('SELECT pg_advisory_lock($1)', [templateLock]);
    await migrateTemplates(client, adminUrl);
    await client.query(`CREATE DATABASE ${name} TEMPLATE ${templates.main}`);
    await client.query(`CREATE DATABASE ${name}_keys TEMPLATE ${templates.keys}`);
  });
  return {
    databaseUrl: onServer(adminUrl, name),
    keysDatabaseUrl: onServer(adminUrl, `${name}_keys`),
    drop: async () => {
      try {
        await expectCataloguedEvents(onServer(adminUrl, name));
      } finally {
        await drop(adminUrl, [name, `${name}_keys`]);
      }
    },
  };
}

/** A template is renamed into place after its last migration, so one that exists is complete. */
async function migrateTemplates(client: Client, adminUrl: string): Promise<void> {
  for (const [set, template] of Object.entries(templates) as ['main' | 'keys', string][]) {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [template]);
    if (rowCount !== 0) continue;
    const unfinished = `${template}_new`;
    await client.query(`DROP DATABASE IF EXISTS ${unfinished} WITH (FORCE)`);
    await ensureDatabase(adminUrl, unfinished);
    await migrate(onServer(adminUrl, unfinished), set);
    await client.query(`ALTER DATABASE ${unfinished} RENAME TO ${template}`);
  }
}

async function drop(adminUrl: string, names: readonly string[]): Promise<void> {
  await withClient(adminUrl, async (client) => {
    await untilLeft(client, names);
    for (const name of names) await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  });
}

/** A pool that has ended may still be saying goodbye; being cut off in it would be an error that no test is about. */
async function untilLeft(client: Client, names: readonly string[]): Promise<void> {
  for (const end = Date.now() + 3_000; Date.now() < end;) {
    const here = 'SELECT FROM pg_stat_activity WHERE datname = ANY ($1)';
    if ((await client.query(here, [names])).rowCount === 0) return;
    await sleep(20);
  }
}

function onServer(adminUrl: string, name: string): string {
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  return url.href;
}
