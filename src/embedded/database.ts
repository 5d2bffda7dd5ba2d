import { Client } from 'pg';
import { errorCode } from './error-code';

/** SQLSTATE of Postgres, appendix A. */
const invalidCatalogName = '3D000';
const duplicateDatabase = '42P04';

/**
 * Creates a database on the server of a URL unless it exists. An existing one needs no right to create.
 *
 * @throws {DatabaseError} when the server refuses.
 */
export async function ensureDatabase(serverUrl: string, name: string): Promise<void> {
  const wanted = new URL(serverUrl);
  wanted.pathname = `/${encodeURIComponent(name)}`;
  if (await exists(wanted.href)) return;
  await withClient(serverUrl, async (client) => {
    try {
      await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
    } catch (error) {
      if (errorCode(error) !== duplicateDatabase) throw error;
    }
  });
}

async function exists(url: string): Promise<boolean> {
  try {
    await withClient(url, () => Promise.resolve());
    return true;
  } catch (error) {
    if (errorCode(error) === invalidCatalogName) return false;
    throw error;
  }
}

/** Runs on one connection of its own and closes it. */
export async function withClient<Result>(
  url: string,
  use: (client: Client) => Promise<Result>,
): Promise<Result> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}
