import type { PoolClient } from 'pg';
import { MfaError } from '../domain/errors';
import type { DirectChange } from './direct-write';
import {
  countTransmitters,
  MAX_TRANSMITTERS,
  removeTransmitter,
  storeTransmitter,
  type TransmitterRow,
} from './event-transmitter-repository';

/**
 * Lets a transmitter's tokens in, by what is given from now on.
 *
 * @throws MfaError `conflict` when the tenant has as many as it can
 */
export async function writeTransmitter(
  client: PoolClient,
  tenantId: string,
  transmitter: Omit<TransmitterRow, 'created_at'>,
): Promise<DirectChange<{ created: boolean; createdAt: string }>> {
  // One writer at a time, so that the count holds.
  await client.query('SELECT FROM tenants WHERE tenant_id = $1 FOR NO KEY UPDATE', [tenantId]);
  const { created, createdAt } = await storeTransmitter(client, tenantId, transmitter);
  if (created && (await countTransmitters(client, tenantId)) > MAX_TRANSMITTERS) {
    throw new MfaError('conflict', {
      detail: `A tenant has ${String(MAX_TRANSMITTERS)} transmitters at most: remove one first.`,
    });
  }
  const { transmitter_id: transmitterId, issuer, audience, jwks } = transmitter;
  const kids = jwks.keys.map(({ kid }) => kid ?? null);
  return {
    result: { created, createdAt: createdAt.toISOString() },
    audit: [
      {
        action: 'event-transmitter.write',
        outcome: 'done',
        detail: { transmitterId, issuer, audience, kids },
      },
    ],
    events: [{ type: 'event-transmitter.written', data: { transmitterId } }],
  };
}

/** Its tokens are refused from then on. @throws MfaError `not_found` */
export async function writeRemovedTransmitter(
  client: PoolClient,
  tenantId: string,
  transmitterId: string,
): Promise<DirectChange<{ transmitterId: string }>> {
  if (!(await removeTransmitter(client, tenantId, transmitterId))) throw new MfaError('not_found');
  return {
    result: { transmitterId },
    audit: [{ action: 'event-transmitter.remove', outcome: 'done', detail: { transmitterId } }],
    events: [{ type: 'event-transmitter.removed', data: { transmitterId } }],
  };
}
