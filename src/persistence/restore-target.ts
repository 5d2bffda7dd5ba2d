import { Client } from 'pg';

/** SQLSTATE of Postgres, appendix A. */
const invalidCatalogName = '3D000';
const duplicateDatabase = '42P04';

/** Creates the database of a URL unless it is there; the account needs the right to only then. */
export async function createIfAbsent(databaseUrl: string): Promise<void> {
  const name = decodeURIComponent(new URL(databaseUrl).pathname.slice(1));
  if (await isThere(databaseUrl)) return;
  const server = new URL(databaseUrl);
  // The one database that every server has, for those who have yet to make another.
  server.pathname = '/postgres';
  const client = new Client({ connectionString: server.href });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
  } catch (error) {
    if (codeOf(error) !== duplicateDatabase) throw error;
  } finally {
    await client.end();
  }
}

async function isThere(databaseUrl: string): Promise<boolean> {
  const client = new Client({ connectionString: databaseUrl });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return true;
  } catch (error) {
    if (codeOf(error) === invalidCatalogName) return false;
    throw error;
  } finally {
    await client.end();
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
