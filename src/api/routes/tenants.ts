import { z } from 'zod';
import { MfaError } from '../../domain/errors';
import { writeOnce } from '../../persistence/direct-write';
import { findTenant, listTenants } from '../../persistence/tenant-repository';
import { viewTenant } from '../../persistence/tenant-view';
import { writeChangedTenant, writeNewTenant } from '../../persistence/tenant-writes';
import { hashApiKey } from '../../security/api-key';
import { randomId } from '../../security/random-id';
import { cursorField, pageOf, pageView, readCursor } from '../paging';
import { route } from '../route';
import { limitField, tenantIdField } from '../schemas/fields';
import {
  newTenantExample,
  newTenantView,
  tenantExample,
  tenantNameField,
  tenantView,
} from '../schemas/tenants';
import { newShownKey, shownKey } from '../shown-key';

const whoMay =
  'For keys with the scope `manage-tenants`, which only the `mfaflow` command grants; such a key reaches nothing else of another tenant.';

const create = route({
  method: 'post',
  path: '/v1/tenants',
  operationId: 'createTenant',
  tag: 'Tenants',
  summary: 'Make a tenant and its first key',
  description: `The key has every scope that a tenant's key can have. ${whoMay}`,
  scopes: ['manage-tenants'],
  writes: true,
  params: z.strictObject({}),
  body: z.strictObject({ name: tenantNameField }).meta({ id: 'TenantRequest' }),
  bodyExample: { name: 'shop' },
  responses: {
    201: {
      description: 'Made. Keep the key: only its hash is stored, and it is shown as createApiKey shows one.',
      schema: newTenantView,
      example: newTenantExample,
    },
  },
  errors: ['conflict'],
  async handle({ parts, command, body }) {
    const { commandKey } = parts.secrets;
    const { key, sealedKey } = newShownKey(commandKey, command.id);
    const written = await writeOnce(parts.pool, command, async (client) => {
      const change = await writeNewTenant(client, {
        tenantId: randomId('ten', 8),
        name: body.name,
        firstKey: { keyId: randomId('key', 8), hash: hashApiKey(key) },
      });
      return { ...change, result: { ...change.result, sealedKey } };
    });
    const { tenant, firstKey } = written.result;
    const apiKey = { ...firstKey, ...shownKey(commandKey, command.id, written) };
    return { status: 201, body: { ...tenant, apiKey } };
  },
});

const list = route({
  method: 'get',
  path: '/v1/tenants',
  operationId: 'listTenants',
  tag: 'Tenants',
  summary: 'List the tenants',
  description: `In the order of their names, page by page: pass \`next\` as \`cursor\` until there is none. ${whoMay}`,
  scopes: ['manage-tenants'],
  writes: false,
  params: z.strictObject({}),
  query: z.strictObject({ cursor: cursorField.optional(), limit: limitField }),
  responses: {
    200: {
      description: 'A page.',
      schema: pageView('tenants', tenantView, 'TenantPage'),
      example: { tenants: [tenantExample], next: null },
    },
  },
  async handle({ parts, query }) {
    const after = query.cursor === undefined ? '' : readCursor(query.cursor, tenantNameField);
    const rows = await listTenants(parts.pool, { after, limit: query.limit + 1 });
    return { status: 200, body: pageOf('tenants', rows, query.limit, (row) => row.name, viewTenant) };
  },
});

const tenantParams = z.strictObject({ tenantId: tenantIdField });

const read = route({
  method: 'get',
  path: '/v1/tenants/{tenantId}',
  operationId: 'getTenant',
  tag: 'Tenants',
  summary: 'Read a tenant',
  description: whoMay,
  scopes: ['manage-tenants'],
  writes: false,
  params: tenantParams,
  responses: { 200: { description: 'The tenant.', schema: tenantView, example: tenantExample } },
  errors: ['not_found'],
  async handle({ parts, params }) {
    const row = await findTenant(parts.pool, { tenantId: params.tenantId });
    if (row === undefined) throw new MfaError('not_found');
    return { status: 200, body: viewTenant(row) };
  },
});

const change = route({
  method: 'patch',
  path: '/v1/tenants/{tenantId}',
  operationId: 'changeTenant',
  tag: 'Tenants',
  summary: 'Rename, disable or enable a tenant',
  description: `A disabled tenant's keys are refused from the next request on, and nothing of it is deleted. A new name is in every assertion from then on: whoever verifies \`tenant\` or \`aud\` has to expect it. A key cannot disable its own tenant. ${whoMay}`,
  scopes: ['manage-tenants'],
  writes: true,
  params: tenantParams,
  body: z
    .strictObject({ name: tenantNameField.optional(), disabled: z.boolean().optional() })
    .meta({ id: 'TenantChange' }),
  bodyExample: { disabled: true },
  responses: { 200: { description: 'The tenant as it is now.', schema: tenantView, example: tenantExample } },
  errors: ['not_found', 'conflict'],
  async handle({ parts, caller, command, params, body }) {
    if (body.disabled === true && params.tenantId === caller.tenantId) {
      throw new MfaError('conflict', {
        detail: 'A key cannot disable the tenant that it belongs to: use the mfaflow command.',
      });
    }
    const { result } = await writeOnce(parts.pool, command, (client) =>
      writeChangedTenant(client, params.tenantId, body),
    );
    return { status: 200, body: result };
  },
});

export const tenantRoutes = [create, list, read, change];
