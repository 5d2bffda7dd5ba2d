import type { EventType } from './event-type';
import { dataSchema, factorKind, reasonText, text } from './data-schema';

/** What others know of the credentials of a user. */
export const credentialEvents = [
  {
    type: 'credential.compromised',
    version: 1,
    title: 'A credential of the user is compromised',
    description:
      'Somebody else may hold the password or a factor of the user (OpenID RISC, `credential-compromise`). Everything issued to the user before is taken back.',
    subject: 'user',
    origin: 'outside',
    meaning: 'revocation',
    schema: dataSchema(
      {},
      {
        kind: { ...factorKind, description: 'The kind of credential: `password`, or a kind of factor.' },
        reason: reasonText,
        reportedAt: text('When it was reported: an ISO 8601 instant.', 40),
      },
    ),
    example: { kind: 'password', reason: 'found in a breach corpus', reportedAt: '2026-03-01T09:30:00Z' },
  },
] as const satisfies readonly EventType[];
