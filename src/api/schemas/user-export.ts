import { z } from 'zod';
import { instantField, userIdField } from './fields';

const openObject = z.record(z.string(), z.unknown());
const personalField = openObject
  .optional()
  .describe('Address and agent of the end user; only for a key with the scope `audit`.');

const exportedProof = z.strictObject({ factorId: z.string(), kind: z.string(), at: instantField });

export const userExportView = z
  .strictObject({
    format: z.literal('mfaflow-user-export/1'),
    exportedAt: instantField,
    complete: z
      .boolean()
      .describe('False when addresses and agents are left out, because the key has not the scope `audit`.'),
    notIncluded: z.array(z.string()).describe('What mfaflow holds and does not give out, and why.'),
    user: z.strictObject({
      id: userIdField,
      internalId: z.string().describe('Random; names the user in workflow ids and in logs.'),
      groups: z.array(z.string()),
      locale: z.string().optional(),
      defaultFactor: z.string().optional(),
      preferredOrder: z.array(z.string()),
      failures: z.int().describe('Wrong codes since the last right one.'),
      waitUntil: instantField.optional(),
      lockedUntil: instantField.optional(),
      lockedByOperator: z.boolean(),
      lockReason: z.string().optional(),
      createdAt: instantField,
      lastCommandAt: instantField.optional(),
    }),
    contacts: z.array(
      z.strictObject({
        id: z.string(),
        kind: z.enum(['email', 'phone']),
        address: z.string(),
        verifiedAt: instantField.optional(),
        createdAt: instantField,
      }),
    ),
    factors: z.array(
      z.strictObject({
        id: z.string(),
        kind: z.string(),
        name: z.string().optional(),
        status: z.string(),
        replaces: z.string().optional(),
        createdAt: instantField,
        confirmBy: instantField.optional(),
        confirmedAt: instantField.optional(),
        lastUsedAt: instantField.optional(),
      }),
    ),
    sessions: z.array(
      z.strictObject({
        id: z.string(),
        authenticationId: z.string(),
        acr: z.string(),
        amr: z.array(z.string()),
        proofs: z.array(exportedProof).describe('What the session stands on, step-ups within it included.'),
        authTime: instantField,
        issuedAt: instantField,
        refreshedAt: instantField.optional(),
        expiresAt: instantField,
        absoluteUntil: instantField,
        revokedAt: instantField.optional(),
        revokedReason: z.string().optional(),
        context: personalField,
      }),
    ),
    authentications: z.array(
      z.strictObject({
        id: z.string(),
        purpose: z.string(),
        status: z.string(),
        reason: z.string().optional(),
        proofs: z.array(exportedProof),
        request: openObject.describe('What your application asked for: assurance, audience, nonce and such.'),
        sessionId: z.string().optional(),
        createdAt: instantField,
        expiresAt: instantField,
        endedAt: instantField.optional(),
        context: personalField,
      }),
    ),
    deliveries: z
      .array(
        z.strictObject({
          id: z.string(),
          purpose: z.string(),
          template: z.string(),
          channel: z.string().optional(),
          address: z.string().optional(),
          country: z.string().optional(),
          status: z.string(),
          reason: z.string().optional(),
          createdAt: instantField,
          endedAt: instantField.optional(),
          codeUsedAt: instantField.optional(),
        }),
      )
      .describe('What was sent to the user, as long as it is kept; never what a message said.'),
    epochs: z
      .array(z.strictObject({ raisedAt: instantField, reason: z.string() }))
      .describe('When everything issued to the user was refused, and why.'),
    events: z
      .array(
        z.strictObject({
          at: instantField,
          type: z.string(),
          data: openObject,
          source: z.string().optional(),
          occurredAt: instantField.optional(),
        }),
      )
      .describe('As long as they are kept; with `source` and `occurredAt` where another system sent it.'),
    timeline: z
      .array(
        z.strictObject({
          at: instantField,
          action: z.string(),
          outcome: z.string(),
          actor: z.string(),
          detail: openObject,
          personal: personalField,
        }),
      )
      .describe('The whole audit trail of the user, the oldest entry first.'),
  })
  .meta({ id: 'UserExport' });

export type UserExport = z.output<typeof userExportView>;

export const NOT_INCLUDED = [
  'Secrets of factors and hashes of recovery codes: who has them can log in as the user.',
  'Codes as they were typed: they are not kept.',
  'Answers to earlier requests, kept a day for their retries: they repeat what is listed here.',
  'What has meaning inside mfaflow alone: counters, versions, and ids of keys and runs.',
  'Temporal histories: they hold the commands that led to what is listed here, and end with their retention.',
];

export const userExportExample: UserExport = {
  format: 'mfaflow-user-export/1',
  exportedAt: '2026-11-24T10:15:00.000Z',
  complete: true,
  notIncluded: NOT_INCLUDED,
  user: {
    id: 'alice',
    internalId: 'usr_8dKw2LrVx0QyB5nA',
    groups: ['finance'],
    locale: 'de-CH',
    preferredOrder: ['totp'],
    failures: 0,
    lockedByOperator: false,
    createdAt: '2026-11-24T10:15:00.000Z',
  },
  contacts: [
    {
      id: 'con_4GzXq0bS7kT2mN9c',
      kind: 'email',
      address: 'alice@example.com',
      createdAt: '2026-11-24T10:15:00.000Z',
    },
  ],
  factors: [
    { id: 'fac_4GzXq0bS7kT2mN9c', kind: 'totp', status: 'active', createdAt: '2026-11-24T10:15:00.000Z' },
  ],
  sessions: [],
  authentications: [],
  deliveries: [],
  epochs: [],
  events: [],
  timeline: [
    {
      at: '2026-11-24T10:15:00.000Z',
      action: 'authentication',
      outcome: 'approved',
      actor: 'key_Xc5vB1nM8qW2eR4t',
      detail: { authenticationId: 'aut_8dKw2LrVx0QyB5nA', purpose: 'login' },
      personal: { ip: '203.0.113.7' },
    },
  ],
};
