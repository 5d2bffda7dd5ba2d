import { Command } from 'commander';
import { writeOnce } from '../../persistence/direct-write';
import { listTenants, type TenantChange, tenantNameShape } from '../../persistence/tenant-repository';
import { type TenantView, viewTenant } from '../../persistence/tenant-view';
import { writeChangedTenant, writeNewTenant } from '../../persistence/tenant-writes';
import { hashApiKey, newApiKey } from '../../security/api-key';
import { randomId } from '../../security/random-id';
import { commandOfOperator, withMainDatabase } from '../main-database';
import { tenantNamed } from '../named-tenant';
import { UsageError } from '../said-error';
import { minute, table } from '../table';
import { paint, type Terminal } from '../terminal';

const EVERY_TENANT = 1_000_000;

/** `mfaflow tenant …`: the tenants of the deployment. */
export function tenantCommand(terminal: Terminal): Command {
  const tenant = new Command('tenant')
    .description('Make, list, rename, disable and enable tenants.')
    .addHelpText('after', '\nExample:\n  mfaflow tenant create shop');
  tenant
    .command('create <name>')
    .description('Make a tenant and its first key, which is shown this once.')
    .action((name: string) => create(terminal, name));
  tenant
    .command('list')
    .description('Every tenant, by name.')
    .action(() => list(terminal));
  tenant
    .command('rename <tenant> <name>')
    .description('Give a tenant another name: `tenant` and `aud` of its assertions from then on.')
    .action((named: string, name: string) => change(terminal, named, { name: checkedName(name) }));
  tenant
    .command('disable <tenant>')
    .description('Refuse every key of a tenant from the next request on. Nothing is deleted.')
    .action((named: string) => change(terminal, named, { disabled: true }));
  tenant
    .command('enable <tenant>')
    .description('Let the keys of a disabled tenant be good again.')
    .action((named: string) => change(terminal, named, { disabled: false }));
  return tenant;
}

async function create(terminal: Terminal, name: string): Promise<void> {
  checkedName(name);
  const tenantId = randomId('ten', 8);
  const key = newApiKey();
  const { result } = await withMainDatabase((pool) =>
    writeOnce(pool, commandOfOperator(tenantId), (client) =>
      writeNewTenant(client, {
        tenantId,
        name,
        firstKey: { keyId: randomId('key', 8), hash: hashApiKey(key) },
      }),
    ),
  );
  const { tenant, firstKey } = result;
  terminal.show(
    [
      paint(
        terminal,
        'green',
        `Tenant ${tenant.name} (${tenant.id}) is made. Its first key (${firstKey.id}):`,
      ),
      key,
      'Keep it now: only its hash is stored, and it is never shown again. It may do everything within the tenant;',
      `make keys that may do less: mfaflow key create --tenant ${tenant.name} --name backend --scope authenticate`,
    ].join('\n'),
    { ...tenant, apiKey: { ...firstKey, key } },
  );
}

async function list(terminal: Terminal): Promise<void> {
  const rows = await withMainDatabase((pool) => listTenants(pool, { after: '', limit: EVERY_TENANT }));
  const tenants = rows.map(viewTenant);
  const human =
    tenants.length === 0
      ? 'There is no tenant yet: mfaflow tenant create NAME makes one.'
      : table(
          terminal,
          ['NAME', 'ID', 'MADE', 'DISABLED'],
          tenants.map(({ name, id, createdAt, disabledAt }) => [
            name,
            id,
            minute(createdAt),
            minute(disabledAt),
          ]),
        );
  terminal.show(human, { tenants });
}

async function change(terminal: Terminal, named: string, wanted: TenantChange): Promise<void> {
  const { result } = await withMainDatabase(async (pool) => {
    const { tenant_id: tenantId } = await tenantNamed(pool, named);
    return await writeOnce(pool, commandOfOperator(tenantId), (client) =>
      writeChangedTenant(client, tenantId, wanted),
    );
  });
  terminal.show(stateOf(result), result);
}

function stateOf({ name, id, disabledAt }: TenantView): string {
  const state =
    disabledAt === undefined ? 'enabled' : `disabled since ${minute(disabledAt) ?? ''}: its keys are refused`;
  return `Tenant ${name} (${id}) is ${state}.`;
}

/** @throws UsageError */
function checkedName(name: string): string {
  if (!tenantNameShape.test(name)) {
    throw new UsageError(
      'A tenant needs a name of 1 to 63 small letters, digits and inner hyphens: it is `aud` of its assertions.',
    );
  }
  return name;
}
