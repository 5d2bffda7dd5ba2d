import { z } from 'zod';
import { challengeState } from './challenge';
import {
  addressField,
  authenticationIdField,
  codeField,
  factorIdField,
  instantField,
  kindField,
  visibleField,
} from './fields';

const contextField = z
  .strictObject({
    ip: addressField.optional(),
    userAgent: z
      .string()
      .min(1)
      .max(512)
      .regex(/^[^\p{Cc}]+$/u)
      .optional(),
    deviceToken: visibleField(
      512,
      'Taken and not used yet: what a trusted device was given.',
      'dev_Zk3nB8vC1xQ5wE7r',
    ).optional(),
  })
  .describe(
    'Where the end user is. Limits count by the address; it is kept sealed under the key of the user.',
  );

const answerShape = {
  factorId: factorIdField.optional(),
  kind: kindField.optional(),
  code: codeField,
};

export const authenticationInput = z
  .strictObject({
    purpose: z
      .enum(['login', 'step-up'])
      .default('login')
      .describe('A login leaves a session; a step-up proves the user again and leaves none.'),
    acr: z
      .enum(['aal1', 'aal2'])
      .optional()
      .describe('The least assurance (NIST SP 800-63B-4); aal1 by default.'),
    maxAge: z
      .int()
      .min(0)
      .max(31_536_000)
      .optional()
      .describe('Seconds. Proofs of `session` that are older are asked for again.'),
    audience: visibleField(
      255,
      '`aud` of the assertion; the name of the tenant by default.',
      'https://app.example',
    ).optional(),
    nonce: visibleField(255, '`nonce` of the assertion, to be compared by you.', 'n-0S6_WzA2Mj').optional(),
    primary: z
      .literal('pwd')
      .optional()
      .describe('You have checked a password: it counts as knowledge beside a factor.'),
    session: visibleField(
      512,
      'Token of the session that is stepped up.',
      'mfs_Tq7mWc3pZ1aR9xYv.0.t6b1w0.Hq2.c2lnbmF0dXJl',
    ).optional(),
    context: contextField.optional(),
    response: z
      .strictObject(answerShape)
      .refine((response) => response.factorId === undefined || response.kind === undefined, {
        message: 'must name the factor or the kind, not both',
      })
      .optional()
      .describe('A code that the user has given already: with it a login is this one call.'),
  })
  .meta({ id: 'AuthenticationRequest' });

export const answerInput = z
  .strictObject({ factorId: answerShape.factorId, code: codeField, context: contextField.optional() })
  .meta({ id: 'Answer' });

export const challengeInput = z.strictObject({ factorId: factorIdField }).meta({ id: 'ChallengeRequest' });

const optionView = z.union([
  z.strictObject({
    action: z.literal('answer'),
    factorId: z.string(),
    kind: z.string(),
    name: z.string().optional(),
  }),
  z.strictObject({ action: z.literal('enrol'), kinds: z.array(z.string()) }),
]);

export const authenticationView = z
  .strictObject({
    id: authenticationIdField,
    status: z
      .enum(['pending', 'approved', 'denied'])
      .describe('Let the user in on `approved`, and on nothing else.'),
    reason: z
      .string()
      .optional()
      .describe(
        '`wrong_code` while pending; when denied, such as `no_factor`, `acr_unreachable`, `locked`, `expired`, `revoked`.',
      ),
    options: z.array(optionView).describe('What may be done next while pending.'),
    challenge: z
      .strictObject({ factorId: z.string(), kind: z.string(), ...challengeState })
      .optional()
      .describe('What is to be answered.'),
    retryAfter: z.int().optional().describe('Seconds until the next code is evaluated.'),
    expiresAt: instantField.optional().describe('When a pending authentication ends.'),
    recoveryCodesLeft: z.int().optional(),
    assertion: z
      .string()
      .optional()
      .describe(
        'JWT (EdDSA, key set at /.well-known/jwks.json), good for two minutes. Retries get the same one within them and none after.',
      ),
    session: z
      .strictObject({ id: z.string(), token: z.string().optional(), expiresAt: instantField })
      .optional()
      .describe(
        'Of a login. The token is as secret as a password; it comes with the assertion and not after.',
      ),
  })
  .meta({ id: 'Authentication' });

export type AuthenticationView = z.output<typeof authenticationView>;

export const approvedExample: AuthenticationView = {
  id: 'aut_8dKw2LrVx0QyB5nA',
  status: 'approved',
  options: [],
  assertion: 'eyJhbGciOiJFZERTQSIsImtpZCI6Im…',
  session: {
    id: 'ses_Tq7mWc3pZ1aR9xYv',
    token: 'mfs_Tq7mWc3pZ1aR9xYv.0.t6b1w0.Hq2.c2lnbmF0dXJl',
    expiresAt: '2026-11-24T22:15:00.000Z',
  },
};

export const pendingExample: AuthenticationView = {
  id: 'aut_8dKw2LrVx0QyB5nA',
  status: 'pending',
  reason: 'wrong_code',
  options: [{ action: 'answer', factorId: 'fac_4GzXq0bS7kT2mN9c', kind: 'totp', name: 'Phone' }],
  expiresAt: '2026-11-24T10:25:00.000Z',
};

export const deliveringExample: AuthenticationView = {
  id: 'aut_8dKw2LrVx0QyB5nA',
  status: 'pending',
  options: [{ action: 'answer', factorId: 'fac_4GzXq0bS7kT2mN9c', kind: 'sms', name: '+•••18' }],
  challenge: {
    factorId: 'fac_4GzXq0bS7kT2mN9c',
    kind: 'sms',
    delivery: 'delivering',
    resendAt: '2026-11-24T10:15:30.000Z',
  },
  expiresAt: '2026-11-24T10:25:00.000Z',
};
