import { readConfig } from '../config';
import { ensureFirstTenant } from '../persistence/bootstrap';
import { newApiKey } from '../security/api-key';

const nameShape = /^[a-z0-9][a-z0-9-]{0,62}$/;

/**
 * `node dist/src/cli/create-tenant.js NAME`: makes the tenant unless it is there, and a key of it with every scope,
 * which is printed this once.
 */
async function main([name = '']: readonly string[]): Promise<void> {
  if (!nameShape.test(name)) {
    throw new Error('A tenant needs a name of small letters, digits and hyphens: it is `aud` by default.');
  }
  const { databaseUrl } = readConfig(process.env);
  const apiKey = newApiKey();
  const { tenantId } = await ensureFirstTenant(databaseUrl, { tenantName: name, apiKey });
  console.log(JSON.stringify({ tenant: tenantId, name, apiKey }));
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
