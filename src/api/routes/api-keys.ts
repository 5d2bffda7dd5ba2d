import { z } from 'zod';
import { MfaError } from '../../domain/errors';
import { scopeMeanings, scopes } from '../../domain/scopes';
import { listApiKeys } from '../../persistence/api-key-repository';
import { viewApiKey } from '../../persistence/api-key-view';
import {
  rotationOverlap,
  writeNewApiKey,
  writeRevokedApiKey,
  writeRotatedApiKey,
} from '../../persistence/api-key-writes';
import { writeOnce } from '../../persistence/direct-write';
import { hashApiKey } from '../../security/api-key';
import { randomId } from '../../security/random-id';
import { InvalidRequest } from '../invalid-request';
import { cursorField, pageOf, pageView, readCursor } from '../paging';
import { route } from '../route';
import { apiKeyExample, apiKeyView } from '../schemas/api-keys';
import { instantField, keyIdField, limitField, nameField } from '../schemas/fields';
import { newShownKey, shownKey } from '../shown-key';

/** The last year that every reader of RFC 3339 has four digits for. */
const endField = instantField.refine(
  (instant) => Number(instant.slice(0, 4)) < 9999,
  'must be before the year 9999',
);

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
      expiresAt: endField.optional(),
    })
    .meta({ id: 'ApiKeyRequest' }),
  bodyExample: { name: 'shop backend', scopes: ['authenticate'] },
  responses: {
    201: {
      description: 'Made. Keep `key`: only its hash is stored.',
      schema: apiKeyView,
      example: { ...apiKeyExample, key: 'mfk_…' },
    },
  },
  errors: ['forbidden'],
  async handle({ parts, caller, command, body, now }) {
    const { commandKey } = parts.secrets;
    const granted = [...new Set(body.scopes)];
    if (!granted.every((scope) => caller.scopes.includes(scope))) {
      throw new MfaError('forbidden', {
        detail: 'A key can be given the scopes of the key that makes it and no others.',
      });
    }
    const { key, sealedKey } = newShownKey(commandKey, command.id);
    const written = await writeOnce(parts.pool, command, async (client) => {
      // In here, so that the retry of a request whose key has ended since still gets its answer.
      if (body.expiresAt !== undefined && Date.parse(body.expiresAt) <= now * 1_000)
        throw new InvalidRequest([{ pointer: '/expiresAt', detail: 'must be ahead' }]);
      const change = await writeNewApiKey(client, {
        keyId: randomId('key', 8),
        tenantId: caller.tenantId,
        name: body.name,
        hash: hashApiKey(key),
        scopes: granted,
        expiresAt: body.expiresAt ?? null,
      });
      return { ...change, result: { view: change.result, sealedKey } };
    });
    return {
      status: 201,
      body: { ...written.result.view, ...shownKey(commandKey, command.id, written) },
    };
  },
});

const list = route({
  method: 'get',
  path: '/v1/api-keys',
  operationId: 'listApiKeys',
  tag: 'API keys',
  summary: 'List the API keys',
  description:
    'Revoked ones too, newest first, page by page: pass `next` as `cursor` until there is none. `lastUsedAt` says which keys are still in use.',
  scopes: ['admin'],
  writes: false,
  params: z.strictObject({}),
  query: z.strictObject({ cursor: cursorField.optional(), limit: limitField }),
  responses: {
    200: {
      description: 'A page of the keys, without the keys themselves.',
      schema: pageView('apiKeys', apiKeyView, 'ApiKeyPage'),
      example: { apiKeys: [{ ...apiKeyExample, lastUsedAt: '2026-11-24T11:40:00.000Z' }], next: null },
    },
  },
  async handle({ parts, caller, query }) {
    const after = query.cursor === undefined ? undefined : readCursor(query.cursor, keyIdField);
    const rows = await listApiKeys(parts.pool, caller.tenantId, { after, limit: query.limit + 1 });
    return { status: 200, body: pageOf('apiKeys', rows, query.limit, (row) => row.key_id, viewApiKey) };
  },
});

const rotate = route({
  method: 'post',
  path: '/v1/api-keys/{keyId}/rotations',
  operationId: 'rotateApiKey',
  tag: 'API keys',
  summary: 'Put a new key in place of one',
  description:
    'The new key has the name, the scopes and the end of the old one, which stays good for `overlapSeconds` at most: move every client to the new key, see by `lastUsedAt` that the old one rests, and revoke it or let it expire. A key can be rotated by a key that has its scopes, itself included; each once. With an overlap of 0 the old key is refused from the next request on, and a key that rotated itself so cannot repeat the request.',
  scopes: ['admin'],
  writes: true,
  params: z.strictObject({ keyId: keyIdField }),
  body: z
    .strictObject({
      overlapSeconds: z
        .int()
        .min(0)
        .max(rotationOverlap.most)
        .default(rotationOverlap.usual)
        .describe('Seconds that the old key stays good, 30 days at most.'),
    })
    .meta({ id: 'ApiKeyRotationRequest' }),
  bodyExample: { overlapSeconds: 86_400 },
  responses: {
    201: {
      description: 'Rotated. Keep `key` of the new one: only its hash is stored.',
      schema: z.strictObject({ apiKey: apiKeyView, previous: apiKeyView }).meta({ id: 'ApiKeyRotation' }),
      example: {
        apiKey: { ...apiKeyExample, rotatedFrom: 'key_9sT3uV7wX1yZ5aB2', key: 'mfk_…' },
        previous: {
          ...apiKeyExample,
          id: 'key_9sT3uV7wX1yZ5aB2',
          status: 'rotated',
          expiresAt: '2026-11-25T10:15:00.000Z',
          rotatedTo: apiKeyExample.id,
        },
      },
    },
  },
  errors: ['forbidden', 'not_found', 'conflict'],
  async handle({ parts, caller, command, params, body }) {
    const { commandKey } = parts.secrets;
    // Else whoever may only manage keys could come by the key of one that may do more.
    const mayGive = (wanted: readonly string[]): boolean =>
      wanted.every((scope) => caller.scopes.includes(scope));
    const { key, sealedKey } = newShownKey(commandKey, command.id);
    const written = await writeOnce(parts.pool, command, async (client) => {
      const change = await writeRotatedApiKey(client, {
        tenantId: caller.tenantId,
        keyId: params.keyId,
        fresh: { keyId: randomId('key', 8), hash: hashApiKey(key) },
        overlapSeconds: body.overlapSeconds,
        mayGive,
      });
      return { ...change, result: { ...change.result, sealedKey } };
    });
    const { fresh, previous } = written.result;
    // A retry may come by another key of the tenant than the one that rotated.
    if (!mayGive(fresh.scopes)) throw new MfaError('forbidden');
    return {
      status: 201,
      body: { apiKey: { ...fresh, ...shownKey(commandKey, command.id, written) }, previous },
    };
  },
});

const revoke = route({
  method: 'delete',
  path: '/v1/api-keys/{keyId}',
  operationId: 'revokeApiKey',
  tag: 'API keys',
  summary: 'Revoke an API key',
  description:
    'It is refused from the next request on, itself included. A key that came in its place by a rotation stays good.',
  scopes: ['admin'],
  writes: true,
  params: z.strictObject({ keyId: keyIdField }),
  responses: { 204: { description: 'Revoked.' } },
  errors: ['not_found'],
  async handle({ parts, caller, command, params }) {
    await writeOnce(parts.pool, command, (client) =>
      writeRevokedApiKey(client, caller.tenantId, params.keyId),
    );
    return { status: 204 };
  },
});

export const apiKeyRoutes = [create, list, rotate, revoke];
