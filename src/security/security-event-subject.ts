import { isPlainObject } from '../domain/json';
import { SecurityEventRefused } from './security-event-fault';

/** Whom a security event is about: the tenant's own id of a user, or an address as the transmitter writes it. */
export type SecurityEventSubject =
  { readonly userId: string } | { readonly kind: 'email' | 'phone'; readonly address: string };

const MAX_ID_LENGTH = 128;
const MAX_ADDRESS_LENGTH = 1_000;

/**
 * Reads a subject identifier (RFC 9493 §3): `iss_sub` of this issuer, `opaque`, `email`, `phone_number`; of a complex
 * one its `user`. `subject_type`, with hyphens, is what RISC said before RFC 9493.
 *
 * @throws SecurityEventRefused `invalid_request` for any other
 */
export function readSubject(identifier: unknown, issuer: string): SecurityEventSubject {
  if (!isPlainObject(identifier)) return refuse();
  const user = identifier['user'];
  const isComplex = isPlainObject(user) && (formatOf(identifier) ?? 'complex') === 'complex';
  return simpleSubject(isComplex ? user : identifier, issuer);
}

function simpleSubject(identifier: Record<string, unknown>, issuer: string): SecurityEventSubject {
  switch (formatOf(identifier)) {
    case 'iss_sub':
      if (identifier['iss'] !== issuer) return refuse();
      return { userId: textOf(identifier['sub'], MAX_ID_LENGTH) };
    case 'opaque':
      return { userId: textOf(identifier['id'], MAX_ID_LENGTH) };
    case 'email':
      return { kind: 'email', address: textOf(identifier['email'], MAX_ADDRESS_LENGTH) };
    case 'phone_number':
      // `phone` is how RISC called the member before RFC 9493.
      return {
        kind: 'phone',
        address: textOf(identifier['phone_number'] ?? identifier['phone'], MAX_ADDRESS_LENGTH),
      };
    default:
      return refuse();
  }
}

function formatOf(identifier: Record<string, unknown>): string | undefined {
  const format = identifier['format'] ?? identifier['subject_type'];
  if (typeof format !== 'string') return undefined;
  return format === 'phone' ? 'phone_number' : format.replaceAll('-', '_');
}

function textOf(value: unknown, maxLength: number): string {
  if (typeof value !== 'string' || value === '' || value.length > maxLength) return refuse();
  // Postgres takes no NUL, and no half of a surrogate pair has bytes.
  return /[\0\p{Surrogate}]/u.test(value) ? refuse() : value;
}

function refuse(): never {
  throw new SecurityEventRefused(
    'invalid_request',
    'The subject must be an iss_sub of the issuer, opaque, email or phone_number, or complex with such a user.',
  );
}
