import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, type Pool } from 'pg';
import { packageRoot } from '../package-root';
import { hashApiKey } from '../security/api-key';
import { randomId } from '../security/random-id';
import { publishFlow } from './flow-repository';

const EVERY_SCOPE = [
  'authenticate',
  'manage-users',
  'operate',
  'audit',
  'admin',
  'events',
  'security-events',
];

/**
 * Makes the tenant and its key when they are not there; a tenant that is there keeps its id and its other keys.
 */
export async function ensureFirstTenant(
  databaseUrl: string,
  options: { tenantName: string; apiKey: string },
): Promise<{ tenantId: string; tenantName: string }> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ tenant_id: string }>(
      `INSERT INTO tenants (tenant_id, name) VALUES ($1, $2)
       ON CONFLICT (name) DO UPDATE SET name = excluded.name RETURNING tenant_id`,
      [randomId('ten', 8), options.tenantName],
    );
    const tenantId = rows[0]?.tenant_id;
    if (tenantId === undefined) throw new Error('INSERT … RETURNING gave no row');
    await client.query(
      `INSERT INTO api_keys (key_id, tenant_id, name, hash, scopes, development)
       VALUES ($1, $2, 'development', $3, $4, true)
       ON CONFLICT (hash) DO NOTHING`,
      [randomId('key', 8), tenantId, hashApiKey(options.apiKey), EVERY_SCOPE],
    );
    return { tenantId, tenantName: options.tenantName };
  } finally {
    await client.end();
  }
}

/** Publishes the flows of templates/ for tenants that have none of their own. */
export async function publishShippedFlows(pool: Pool): Promise<void> {
  const definition = JSON.parse(
    readFileSync(join(packageRoot(), 'templates', 'login.json'), 'utf8'),
  ) as object;
  await publishFlow(pool, { flowId: randomId('flo', 8), tenantId: null, name: 'login', definition });
}
