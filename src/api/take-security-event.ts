import { MfaError } from '../domain/errors';
import { writeOnce } from '../persistence/direct-write';
import { findUserIdByAddress } from '../persistence/event-subject';
import { type SubjectFound, writeSecurityEvent } from '../persistence/security-event-writes';
import { findUserId } from '../persistence/user-repository';
import { blindIndexOf, readAddress } from '../security/contact-address';
import type { ContactAddress } from '../security/contact-kind';
import type { SecurityEvent } from '../security/security-event-token';
import { commandIdOf, fingerprintOf } from './command-identity';
import type { ApiParts } from './parts';
import type { Caller } from './route';
import { SecurityEventProblem } from './security-event-problem';

/** A verified security event on its way in. */
interface TakenEvent {
  readonly caller: Caller;
  readonly transmitterId: string;
  readonly issuer: string;
  readonly read: SecurityEvent;
}

/**
 * Writes what a verified token says, once however often and at how many places at once it is delivered. Its command is
 * known by the issuer, the `jti` and whom it turned out to be about: delivered again when the user is known, it counts. Whether there is such a user is nothing that the caller learns.
 *
 * @throws {SecurityEventProblem} when the `jti` came with another event, or the address is none
 */
export async function takeSecurityEvent(parts: ApiParts, taken: TakenEvent): Promise<void> {
  const { caller, transmitterId, issuer, read } = taken;
  const { commandKey } = parts.secrets;
  const { tenantId, keyId: actor } = caller;
  const place = `/v1/security-events/${transmitterId}`;
  const { jti, event, subject } = read;
  const user = await subjectOf(parts, tenantId, subject);
  const command = {
    tenantId,
    actor,
    id: commandIdOf(commandKey, tenantId, place, JSON.stringify([issuer, jti, user])),
    // The same event may come signed anew.
    fingerprint: fingerprintOf(commandKey, 'POST', place, { ...event, subject: subject ?? null }),
  };
  try {
    await writeOnce(parts.pool, command, (client) =>
      writeSecurityEvent(client, command, {
        transmitterId,
        issuer,
        jti,
        happenedAt: read.happenedAt,
        event,
        user,
      }),
    );
  } catch (error) {
    if (error instanceof MfaError && (error.code === 'idempotency_mismatch' || error.code === 'conflict'))
      throw new SecurityEventProblem('invalid_request', 'The jti was used for another event.');
    throw error;
  }
}

async function subjectOf(
  { pool, secrets }: ApiParts,
  tenantId: string,
  subject: SecurityEvent['subject'],
): Promise<SubjectFound> {
  if (subject === undefined) return 'nobody';
  if ('userId' in subject) {
    const userId = await findUserId(pool, tenantId, subject.userId);
    return userId === undefined ? 'unknown' : { userId };
  }
  const { kind } = subject;
  const { normalised } = addressIn(kind, subject.address);
  return await findUserIdByAddress(
    pool,
    tenantId,
    kind,
    blindIndexOf(secrets.blindIndexKey, tenantId, kind, normalised),
  );
}

function addressIn(kind: 'email' | 'phone', text: string): ContactAddress {
  try {
    return readAddress(kind, text);
  } catch (error) {
    if (error instanceof MfaError)
      throw new SecurityEventProblem('invalid_request', 'The address of the subject is none.');
    throw error;
  }
}
