import type { PoolClient } from 'pg';
import { eventTypes } from '../domain/events/catalogue';
import type { MappedEvent } from '../domain/events/security-event-types';
import type { DirectChange, DirectCommand } from './direct-write';
import { acceptEvents } from './event-intake';
import { holdUser } from './user-repository';

/** A security event that was verified, and whom it turned out to be about. */
export interface ReceivedSecurityEvent {
  readonly transmitterId: string;
  readonly issuer: string;
  readonly jti: string;
  /** Seconds since the epoch. */
  readonly happenedAt: number;
  readonly event: MappedEvent;
  readonly user: SubjectFound;
}

/**
 * Whom a security event is about, by the internal id. `nobody`: the stream itself. `unknown`: somebody whom the tenant does
 * not have. `several`: an address that users share.
 */
export type SubjectFound = { readonly userId: string } | 'unknown' | 'several' | 'nobody';

/**
 * Writes what a transmitter says, unless it is written already: an event by its issuer and `jti`. Of somebody unknown the
 * audit trail says that there was something, and nobody's name.
 *
 * @throws MfaError `conflict` when the issuer has said something else under this `jti`
 */
export async function writeSecurityEvent(
  client: PoolClient,
  command: DirectCommand,
  { transmitterId, issuer, jti, happenedAt, event, user }: ReceivedSecurityEvent,
): Promise<DirectChange<{ taken: boolean }>> {
  const { type, data } = event;
  const entry = { action: 'security-event.receive', detail: { transmitterId, type } };
  const userId = typeof user === 'string' ? null : user.userId;
  const isKnown = user === 'nobody' || (userId !== null && (await holdUser(client, userId)));
  if (!isKnown) {
    const outcome = user === 'several' ? 'ambiguous-subject' : 'unknown-subject';
    return { result: { taken: false }, audit: [{ ...entry, outcome }], events: [] };
  }
  const known = eventTypes.get(type);
  const incoming = {
    source: issuer,
    id: jti,
    type,
    version: known?.version ?? 1,
    userId,
    time: new Date(happenedAt * 1_000).toISOString(),
    data,
    revokes: known?.meaning === 'revocation',
  };
  const [accepted] = await acceptEvents(client, command, [incoming]);
  const taken = accepted?.duplicate === false;
  return {
    result: { taken },
    ...(userId === null ? {} : { userId }),
    audit: taken ? [{ ...entry, outcome: 'done' }] : [],
    events: [],
  };
}
