import { Command } from 'commander';
import type { Pool } from 'pg';
import { MfaError } from '../../domain/errors';
import { deploymentScopes, isScope, type Scope, scopeMeanings, scopes } from '../../domain/scopes';
import { findTenantOfApiKey, listApiKeys } from '../../persistence/api-key-repository';
import { type ApiKeyView, viewApiKey } from '../../persistence/api-key-view';
import {
  rotationOverlap,
  writeNewApiKey,
  writeRevokedApiKey,
  writeRotatedApiKey,
} from '../../persistence/api-key-writes';
import { writeOnce } from '../../persistence/direct-write';
import { hashApiKey, newApiKey } from '../../security/api-key';
import { randomId } from '../../security/random-id';
import { parseDuration, parseEnd } from '../duration';
import { commandOfOperator, withMainDatabase } from '../main-database';
import { tenantNamed, tenantOption } from '../named-tenant';
import { UsageError } from '../said-error';
import { minute, table } from '../table';
import { paint, type Terminal } from '../terminal';

const EVERY_KEY = 1_000_000;
const KEEP = 'Keep it now: only its hash is stored, and it is never shown again.';

const scopeHelp = [...scopes, ...deploymentScopes]
  .map((scope) => `  ${scope.padEnd(15)} ${scopeMeanings[scope]}`)
  .join('\n');

/** `mfaflow key …`: the API keys of a tenant. */
export function keyCommand(terminal: Terminal): Command {
  const key = new Command('key').description('Make, list, rotate and revoke API keys.').addHelpText(
    'after',
    `
Scopes:
${scopeHelp}
  manage-tenants can be granted by this command only, never by the API.

Rotating without downtime:
  mfaflow key rotate key_… --overlap 24h    a new key; the old one goes on for a day
  mfaflow key list --tenant shop            LAST USED says whether the old one rests
  mfaflow key revoke key_…                  ends the old one before its time, if you like`,
  );
  key
    .command('create')
    .description('Make a key, which is shown this once.')
    .requiredOption(...tenantOption)
    .requiredOption('--scope <scope...>', 'what it may do, one or more of the scopes')
    .option('--name <name>', 'for people', 'made on the command line')
    .option('--expires <when>', 'when it ends: 90d, or an instant such as 2027-01-31T00:00:00Z')
    .action((options: CreateOptions) => create(terminal, options));
  key
    .command('list')
    .description('The keys of a tenant, newest first, revoked ones too.')
    .requiredOption(...tenantOption)
    .action(({ tenant }: { tenant: string }) => list(terminal, tenant));
  key
    .command('rotate <key-id>')
    .description('Put a new key in place of one, which goes on for a while.')
    .option('--overlap <duration>', 'how long the old key stays good: 0, or up to 30d', '24h')
    .action((keyId: string, { overlap }: { overlap: string }) => rotate(terminal, keyId, overlap));
  key
    .command('revoke <key-id>')
    .description('End a key with the next request.')
    .action((keyId: string) => revoke(terminal, keyId));
  return key;
}

interface CreateOptions {
  readonly tenant: string;
  readonly scope: readonly string[];
  readonly name: string;
  readonly expires?: string;
}

async function create(terminal: Terminal, options: CreateOptions): Promise<void> {
  const granted = scopesOf(options.scope);
  const name = nameOf(options.name);
  const expiresAt = options.expires === undefined ? null : parseEnd(options.expires).toISOString();
  const key = newApiKey();
  const { tenantName, view } = await withMainDatabase(async (pool) => {
    const tenant = await tenantNamed(pool, options.tenant);
    const { result } = await writeOnce(pool, commandOfOperator(tenant.tenant_id), (client) =>
      writeNewApiKey(client, {
        keyId: randomId('key', 8),
        tenantId: tenant.tenant_id,
        name,
        hash: hashApiKey(key),
        scopes: granted,
        expiresAt,
      }),
    );
    return { tenantName: tenant.name, view: result };
  });
  const what = `Key ${view.id} of tenant ${tenantName} is made (${view.scopes.join(', ')}):`;
  terminal.show([paint(terminal, 'green', what), key, KEEP].join('\n'), { ...view, key });
}

async function list(terminal: Terminal, tenant: string): Promise<void> {
  const rows = await withMainDatabase(async (pool) => {
    const { tenant_id: tenantId } = await tenantNamed(pool, tenant);
    return await listApiKeys(pool, tenantId, { after: undefined, limit: EVERY_KEY });
  });
  const apiKeys = rows.map(viewApiKey);
  const human = table(
    terminal,
    ['ID', 'NAME', 'STATUS', 'SCOPES', 'LAST USED', 'EXPIRES', 'ROTATED TO'],
    apiKeys.map((key) => [
      key.id,
      key.name,
      key.status,
      key.scopes.join(','),
      minute(key.lastUsedAt),
      minute(key.expiresAt),
      key.rotatedTo,
    ]),
  );
  terminal.show(apiKeys.length === 0 ? `Tenant ${tenant} has no key.` : human, { apiKeys });
}

async function rotate(terminal: Terminal, keyId: string, overlap: string): Promise<void> {
  const overlapSeconds = parseDuration(overlap);
  if (overlapSeconds > rotationOverlap.most) throw new UsageError('An overlap is 30d at most.');
  const key = newApiKey();
  const { fresh, previous } = await withMainDatabase(async (pool) => {
    const tenantId = await tenantOf(pool, keyId);
    const { result } = await writeOnce(pool, commandOfOperator(tenantId), (client) =>
      writeRotatedApiKey(client, {
        tenantId,
        keyId,
        fresh: { keyId: randomId('key', 8), hash: hashApiKey(key) },
        overlapSeconds,
        mayGive: () => true,
      }),
    );
    return result;
  });
  const oldEnds = overlapSeconds === 0 ? 'has ended' : `is good until ${minute(previous.expiresAt) ?? ''}`;
  terminal.show(
    [
      paint(terminal, 'green', `Key ${fresh.id} comes in place of ${keyId}, which ${oldEnds}:`),
      key,
      KEEP,
    ].join('\n'),
    { apiKey: { ...fresh, key }, previous },
  );
}

async function revoke(terminal: Terminal, keyId: string): Promise<void> {
  const view = await withMainDatabase(async (pool): Promise<ApiKeyView> => {
    const tenantId = await tenantOf(pool, keyId);
    const { result } = await writeOnce(pool, commandOfOperator(tenantId), (client) =>
      writeRevokedApiKey(client, tenantId, keyId),
    );
    return result;
  });
  terminal.show(`Key ${view.id} is revoked since ${minute(view.revokedAt) ?? ''}.`, view);
}

/** @throws MfaError `not_found` */
async function tenantOf(pool: Pool, keyId: string): Promise<string> {
  const tenantId = await findTenantOfApiKey(pool, keyId);
  // An id is short and begins with key_; whoever gives the key itself must not see it again in an error.
  if (tenantId === undefined)
    throw new MfaError('not_found', {
      detail:
        'There is no key of this id: mfaflow key list --tenant NAME shows the ids, which begin with key_.',
    });
  return tenantId;
}

/** @throws UsageError */
function scopesOf(given: readonly string[]): Scope[] {
  const words = [...new Set(given.flatMap((word) => word.split(',')))];
  return words.map((word) => {
    if (isScope(word)) return word;
    throw new UsageError(`There is no scope ${word}: mfaflow key --help lists them.`);
  });
}

/** As the API takes one: no control or formatting characters. @throws UsageError */
function nameOf(name: string): string {
  if (!/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]{1,64}$/u.test(name) || name.trim() === '')
    throw new UsageError('A key needs a name of 1 to 64 characters without control characters.');
  return name;
}
