import { z } from 'zod';
import { MfaError } from '../../domain/errors';
import { writeOnce } from '../../persistence/direct-write';
import {
  findTransmitter,
  listTransmitters,
  type TransmitterRow,
} from '../../persistence/event-transmitter-repository';
import { writeRemovedTransmitter, writeTransmitter } from '../../persistence/event-transmitter-writes';
import { readPublicKeys } from '../../security/public-key-set';
import { InvalidRequest } from '../invalid-request';
import { route } from '../route';
import {
  transmitterBodyExample,
  transmitterExample,
  transmitterInput,
  transmitterListView,
  transmitterParams,
  transmitterView,
} from '../schemas/event-transmitters';

const list = route({
  method: 'get',
  path: '/v1/event-transmitters',
  operationId: 'listEventTransmitters',
  tag: 'Events',
  summary: 'List who may send security events',
  description: 'All of the tenant, by name, with their public keys.',
  scopes: ['admin', 'audit'],
  writes: false,
  params: z.strictObject({}),
  responses: {
    200: {
      description: 'All of them.',
      schema: transmitterListView,
      example: { transmitters: [transmitterExample] },
    },
  },
  async handle({ parts, caller }) {
    const rows = await listTransmitters(parts.pool, caller.tenantId);
    return { status: 200, body: { transmitters: rows.map(viewTransmitter) } };
  },
});

const read = route({
  method: 'get',
  path: '/v1/event-transmitters/{transmitterId}',
  operationId: 'getEventTransmitter',
  tag: 'Events',
  summary: 'Read who may send security events',
  description: 'With the public keys by which its tokens are verified.',
  scopes: ['admin', 'audit'],
  writes: false,
  params: transmitterParams,
  responses: {
    200: { description: 'The transmitter.', schema: transmitterView, example: transmitterExample },
  },
  errors: ['not_found'],
  async handle({ parts, caller, params }) {
    const row = await findTransmitter(parts.pool, caller.tenantId, params.transmitterId);
    if (row === undefined) throw new MfaError('not_found');
    return { status: 200, body: viewTransmitter(row) };
  },
});

const put = route({
  method: 'put',
  path: '/v1/event-transmitters/{transmitterId}',
  operationId: 'putEventTransmitter',
  tag: 'Events',
  summary: 'Let a transmitter send security events',
  description:
    'An identity provider, for example. Its tokens are taken by this issuer, audience and these keys from then on, and by no others. Fifty a tenant at most.',
  scopes: ['admin'],
  writes: true,
  params: transmitterParams,
  body: transmitterInput,
  bodyExample: transmitterBodyExample,
  responses: {
    200: { description: 'Changed.', schema: transmitterView, example: transmitterExample },
    201: { description: 'Made.', schema: transmitterView, example: transmitterExample },
  },
  errors: ['conflict'],
  async handle({ parts, caller, command, params, body }) {
    const { issuer, audience } = body;
    const jwks = await publicKeysIn(body.jwks.keys);
    const row = { transmitter_id: params.transmitterId, issuer, audience, jwks };
    const { result } = await writeOnce(parts.pool, command, (client) =>
      writeTransmitter(client, caller.tenantId, row),
    );
    const { created, createdAt } = result;
    return {
      status: created ? 201 : 200,
      body: { id: params.transmitterId, issuer, audience, jwks, createdAt },
    };
  },
});

const remove = route({
  method: 'delete',
  path: '/v1/event-transmitters/{transmitterId}',
  operationId: 'removeEventTransmitter',
  tag: 'Events',
  summary: 'Let a transmitter send no more security events',
  description: 'Its tokens are refused from then on. What it has said stays said.',
  scopes: ['admin'],
  writes: true,
  params: transmitterParams,
  responses: { 204: { description: 'Removed.' } },
  errors: ['not_found'],
  async handle({ parts, caller, command, params }) {
    await writeOnce(parts.pool, command, (client) =>
      writeRemovedTransmitter(client, caller.tenantId, params.transmitterId),
    );
    return { status: 204 };
  },
});

/** @throws {InvalidRequest} at the key that is none, or not public */
async function publicKeysIn(keys: Parameters<typeof readPublicKeys>[0]): Promise<TransmitterRow['jwks']> {
  const read = await readPublicKeys(keys);
  if ('keys' in read) return read;
  throw new InvalidRequest([{ pointer: `/jwks/keys/${String(read.index)}`, detail: read.detail }]);
}

function viewTransmitter(row: TransmitterRow): z.output<typeof transmitterView> {
  const { transmitter_id: id, issuer, audience, jwks, created_at } = row;
  return transmitterView.parse({ id, issuer, audience, jwks, createdAt: created_at.toISOString() });
}

export const eventTransmitterRoutes = [list, read, put, remove];
