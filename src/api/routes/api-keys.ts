import { z } from 'zod';
import { MfaError } from '../../domain/errors';
import {
  type ApiKeyRow,
  insertApiKey,
  listApiKeys,
  revokeApiKey,
} from '../../persistence/api-key-repository';
import { writeOnce } from '../../persistence/direct-write';
import { hashApiKey, newApiKey } from '../../security/api-key';
import { randomId } from '../../security/random-id';
import { openResponse, sealResponse } from '../../security/response-sealing';
import { route } from '../route';
import { instantField, keyIdField, nameField } from '../schemas/fields';
import { scopeMeanings, scopes } from '../scopes';

const keyView = z
  .strictObject({
    id: keyIdField,
    name: z.string(),
    scopes: z.array(z.string()),
    createdAt: instantField,
    expiresAt: instantField.optional(),
    revokedAt: instantField.optional(),
    key: z
      .string()
      .optional()
      .describe(
        'The key itself: in the answer that makes it and its retries within ten minutes, never again.',
      ),
  })
  .meta({ id: 'ApiKey' });

/** A lost answer can be asked for again for as long. */
const SHOWN_AGAIN_SECONDS = 600;

const example = {
  id: 'key_Xc5vB1nM8qW2eR4t',
  name: 'shop backend',
  scopes: ['authenticate'],
  createdAt: '2026-11-24T10:15:00.000Z',
};

function viewKey(row: ApiKeyRow): z.output<typeof keyView> {
  return {
    id: row.key_id,
    name: row.name,
    scopes: row.scopes,
    createdAt: row.created_at.toISOString(),
    ...(row.expires_at === null ? {} : { expiresAt: row.expires_at.toISOString() }),
    ...(row.revoked_at === null ? {} : { revokedAt: row.revoked_at.toISOString() }),
  };
}

const create = route({
  method: 'post',
  path: '/v1/api-keys',
  operationId: 'createApiKey',
  tag: 'API keys',
  summary: 'Make an API key',
  description: `A key can be given the scopes of the key that makes it and no others. ${scopes.map((scope) => `\`${scope}\`: ${scopeMeanings[scope]}`).join(' ')}`,
  scopes: ['admin'],
  writes: true,
  params: z.strictObject({}),
  body: z
    .strictObject({
      name: nameField,
      scopes: z.array(z.enum(scopes)).min(1).max(scopes.length),
      expiresAt: instantField.optional(),
    })
    .meta({ id: 'ApiKeyRequest' }),
  bodyExample: { name: 'shop backend', scopes: ['authenticate'] },
  responses: {
    201: {
      description: 'Made. Keep `key`: only its hash is stored.',
      schema: keyView,
      example: { ...example, key: 'mfk_…' },
    },
  },
  errors: ['forbidden'],
  async handle({ parts, caller, command, body }) {
    const { commandKey } = parts.secrets;
    const granted = [...new Set(body.scopes)];
    if (!granted.every((scope) => caller.scopes.includes(scope))) {
      throw new MfaError('forbidden', {
        detail: 'A key can be given the scopes of the key that makes it and no others.',
      });
    }
    const key = newApiKey();
    const keyId = randomId('key', 8);
    const { result, ageSeconds } = await writeOnce(parts.pool, command, async (client) => {
      const row = await insertApiKey(client, {
        keyId,
        tenantId: caller.tenantId,
        name: body.name,
        hash: hashApiKey(key),
        scopes: granted,
        expiresAt: body.expiresAt ?? null,
      });
      const said = { keyId, scopes: granted };
      return {
        result: { view: viewKey(row), sealedKey: sealResponse(commandKey, key, command.id) },
        audit: [{ action: 'api-key.create', outcome: 'done', detail: said }],
        events: [{ type: 'api-key.created', data: said }],
      };
    });
    const shown =
      ageSeconds <= SHOWN_AGAIN_SECONDS
        ? { key: openResponse(commandKey, result.sealedKey, command.id) }
        : {};
    return { status: 201, body: { ...result.view, ...shown } };
  },
});

const list = route({
  method: 'get',
  path: '/v1/api-keys',
  operationId: 'listApiKeys',
  tag: 'API keys',
  summary: 'List the API keys',
  description: 'Revoked ones too, newest first, a thousand at most.',
  scopes: ['admin'],
  writes: false,
  params: z.strictObject({}),
  responses: {
    200: {
      description: 'The keys, without the keys themselves.',
      schema: z.strictObject({ apiKeys: z.array(keyView) }).meta({ id: 'ApiKeyList' }),
      example: { apiKeys: [example] },
    },
  },
  async handle({ parts, caller }) {
    const rows = await listApiKeys(parts.pool, caller.tenantId);
    return { status: 200, body: { apiKeys: rows.map(viewKey) } };
  },
});

const revoke = route({
  method: 'delete',
  path: '/v1/api-keys/{keyId}',
  operationId: 'revokeApiKey',
  tag: 'API keys',
  summary: 'Revoke an API key',
  description: 'It is refused from the next request on, itself included.',
  scopes: ['admin'],
  writes: true,
  params: z.strictObject({ keyId: keyIdField }),
  responses: { 204: { description: 'Revoked.' } },
  errors: ['not_found'],
  async handle({ parts, caller, command, params }) {
    await writeOnce(parts.pool, command, async (client) => {
      const row = await revokeApiKey(client, caller.tenantId, params.keyId);
      if (row === undefined) throw new MfaError('not_found');
      const said = { keyId: row.key_id };
      return {
        result: said,
        audit: row.now_revoked ? [{ action: 'api-key.revoke', outcome: 'done', detail: said }] : [],
        events: row.now_revoked ? [{ type: 'api-key.revoked', data: said }] : [],
      };
    });
    return { status: 204 };
  },
});

export const apiKeyRoutes = [create, list, revoke];
