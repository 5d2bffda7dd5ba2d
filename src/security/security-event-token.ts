import { createLocalJWKSet, errors, type JWK, type JWTPayload, jwtVerify } from 'jose';
import { type MappedEvent, mapSecurityEvent, verificationEvent } from '../domain/events/security-event-types';
import { isPlainObject } from '../domain/json';
import { signatureAlgorithms } from './public-key-set';
import { SecurityEventRefused } from './security-event-fault';
import { readSubject, type SecurityEventSubject } from './security-event-subject';

/** Who sends security events: what its tokens have to say, and its public keys. */
export interface Transmitter {
  readonly issuer: string;
  readonly audience: string;
  readonly keys: readonly JWK[];
}

/** A token that its transmitter has signed, read. */
export interface SecurityEvent {
  readonly jti: string;
  /** Seconds since the epoch. */
  readonly issuedAt: number;
  /** Seconds since the epoch: when it happened (`toe`), where that is said and is past, else `issuedAt`. */
  readonly happenedAt: number;
  readonly event: MappedEvent;
  /** Absent for what is said of the stream itself. */
  readonly subject?: SecurityEventSubject;
}

const MAX_TOKEN_LENGTH = 64 * 1024;
/** Seconds. */
const MAX_AHEAD = 5 * 60;
const DAY = 24 * 3_600;
const MAX_AGE_DAYS = 7;
const jtiShape = /^[\x21-\x7e]{1,200}$/;

/**
 * Verifies and reads a security event token (RFC 8417) with exactly one event: its type, signature, issuer, audience and
 * age, then what it says of whom.
 *
 * @param now seconds since the epoch
 * @param keptDays how long it is known that a token came: an older one could be taken twice
 * @throws SecurityEventRefused
 */
export async function readSecurityEvent(
  token: string,
  transmitter: Transmitter,
  now: number,
  keptDays: number,
): Promise<SecurityEvent> {
  if (token.length > MAX_TOKEN_LENGTH) refuse('The token is too long.');
  const claims = await verified(token, transmitter, now);
  const { iat, jti, toe } = claims;
  if (typeof jti !== 'string' || !jtiShape.test(jti))
    return refuse('jti must be 1 to 200 printable characters.');
  if (typeof iat !== 'number' || !Number.isSafeInteger(Math.trunc(iat))) return refuse('iat must be a time.');
  if (iat > now + MAX_AHEAD) return refuse('iat is in the future.');
  // The margin is the time by which the clock of the transmitter may have been ahead.
  if (iat < now - Math.min(MAX_AGE_DAYS * DAY, keptDays * DAY - MAX_AHEAD))
    return refuse('iat is too long ago.');
  const happenedAt = typeof toe === 'number' && toe > 0 && toe < iat ? toe : iat;
  const [uri, payload] = onlyEventOf(claims);
  const event = mapSecurityEvent(uri, payload);
  if (event === undefined) return refuse('The event is of no known type, or lacks what its type requires.');
  const read = { jti, issuedAt: iat, happenedAt, event };
  if (uri === verificationEvent) return read;
  return { ...read, subject: readSubject(claims['sub_id'] ?? payload['subject'], transmitter.issuer) };
}

async function verified(
  token: string,
  { issuer, audience, keys }: Transmitter,
  now: number,
): Promise<JWTPayload> {
  try {
    // Of the clock jose looks at `exp` and `nbf` alone, which such tokens have not (RFC 8417 §2.2).
    const { payload } = await jwtVerify(token, createLocalJWKSet({ keys: [...keys] }), {
      algorithms: [...signatureAlgorithms],
      typ: 'secevent+jwt',
      issuer,
      audience,
      currentDate: new Date(now * 1_000),
    });
    return payload;
  } catch (error) {
    throw refusalOf(error);
  }
}

function refusalOf(error: unknown): SecurityEventRefused {
  if (error instanceof errors.JWSSignatureVerificationFailed)
    return new SecurityEventRefused('authentication_failed', 'The signature is not one of the transmitter.');
  if (error instanceof errors.JOSEAlgNotAllowed)
    return new SecurityEventRefused(
      'invalid_key',
      `The token must be signed by one of ${signatureAlgorithms.join(', ')}.`,
    );
  if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys)
    return new SecurityEventRefused('invalid_key', 'No one key of the transmitter is meant by alg and kid.');
  if (error instanceof errors.JWTClaimValidationFailed && error.claim === 'iss')
    return new SecurityEventRefused('invalid_issuer', 'iss is not the issuer of this transmitter.');
  if (error instanceof errors.JWTClaimValidationFailed && error.claim === 'aud')
    return new SecurityEventRefused(
      'invalid_audience',
      'aud does not hold the audience of this transmitter.',
    );
  if (error instanceof errors.JOSEError || error instanceof TypeError)
    return new SecurityEventRefused(
      'invalid_request',
      'The token is no valid security event token of typ secevent+jwt.',
    );
  throw error;
}

/** @throws SecurityEventRefused when there is none, or several */
function onlyEventOf({ events }: JWTPayload): [string, Record<string, unknown>] {
  const [first, ...others] = isPlainObject(events) ? Object.entries(events) : [];
  if (first === undefined || others.length > 0) return refuse('events must hold exactly one event.');
  const [uri, payload] = first;
  return isPlainObject(payload) ? [uri, payload] : refuse('The payload of an event must be an object.');
}

function refuse(description: string): never {
  throw new SecurityEventRefused('invalid_request', description);
}
