import { z } from 'zod';
import type { JsonValue } from '../../domain/json';
import { factors } from '../../factors/catalogue';
import type { ShownFactorRow } from '../../persistence/factor-repository';
import { challengeStateOf, viewChallengeState } from '../challenge-state';
import { challengeState } from './challenge';
import { factorIdField, instantField, kindField, nameField } from './fields';

export const enrolmentView = z
  .strictObject({
    otpauthUri: z.string().optional().describe('For authenticator apps (Key Uri Format).'),
    secret: z.string().optional().describe('Base32, for typing in by hand.'),
    qrSvg: z.string().optional().describe('The URI as a QR code: an SVG image.'),
    codes: z.array(z.string()).optional().describe('Recovery codes, each good once.'),
    code: z.string().optional().describe('A temporary pass.'),
  })
  .meta({
    id: 'Enrolment',
    description:
      'Secret, and shown for the enrolling user alone: in the answer to the enrolment and in retries of it, for ten minutes and until it is confirmed.',
  });

export const factorView = z
  .strictObject({
    id: factorIdField,
    kind: z.string(),
    status: z
      .enum(['pending', 'active', 'removed'])
      .describe('`pending` factors count nothing until they are confirmed.'),
    name: z.string().optional(),
    replaces: z.string().optional().describe('The factor that goes when this one is confirmed.'),
    codesLeft: z.int().optional().describe('Codes that are left, of a kind that has a number of them.'),
    frozen: z
      .literal(true)
      .optional()
      .describe('The user said that it was not them: it proves nothing. Remove or replace it.'),
    challenge: z
      .strictObject(challengeState)
      .optional()
      .describe('Of a pending factor whose codes travel: how the newest one fares.'),
    createdAt: instantField.optional(),
    confirmBy: instantField.optional(),
    confirmedAt: instantField.optional(),
    lastUsedAt: instantField.optional(),
    expiresAt: instantField.optional().describe('When it ends by itself.'),
    enrolment: enrolmentView.optional(),
  })
  .meta({ id: 'Factor' });

export const enrolInput = z
  .strictObject({
    kind: kindField,
    name: nameField.optional(),
    config: z
      .record(z.string().regex(/^[A-Za-z]{1,32}$/), z.union([z.string().max(1_000), z.int(), z.boolean()]))
      .optional()
      .describe(
        'What the kind lets you choose. `totp`: `algorithm` SHA1, SHA256 or SHA512; `digits` 6 or 8; `period` 30 or 60; the defaults work with every app. `sms`, `voice`: `phone`, with its country code. `email`: `address`; `variant` code or link. `temporary-pass`: `minutes` 10 to 43200; `once`.',
      ),
    replaces: factorIdField
      .optional()
      .describe('A factor of the same kind that goes when the new one is confirmed.'),
  })
  .meta({ id: 'EnrolmentRequest' });

export const confirmationView = z
  .strictObject({
    id: factorIdField,
    kind: z.string(),
    status: z.enum(['pending', 'active']),
    reason: z.string().optional().describe('`wrong_code`: still pending.'),
    retryAfter: z.int().optional().describe('Seconds until the next code is evaluated.'),
    offer: z.array(z.string()).optional().describe('Kinds worth enrolling now.'),
    assertion: z
      .string()
      .optional()
      .describe('A confirmation proves the factor: good as `MFAFlow-Step-Up`, for recovery codes say.'),
  })
  .meta({ id: 'Confirmation' });

const at = (name: string, instant: Date | null): Record<string, string> =>
  instant === null ? {} : { [name]: instant.toISOString() };

/** @param material opened, or undefined where what is left of a set is not asked for */
export function viewFactor(row: ShownFactorRow, material?: JsonValue): z.output<typeof factorView> {
  const methods = factors.get(row.kind)?.methods;
  const state = { counter: Number(row.counter), spent: new Set(row.spent) };
  return {
    id: row.factor_id,
    kind: row.kind,
    status: row.status,
    ...(row.name === null ? {} : { name: row.name }),
    ...(row.replaces === null ? {} : { replaces: row.replaces }),
    ...(methods?.remaining === undefined || material === undefined
      ? {}
      : { codesLeft: methods.remaining(material, state) }),
    ...at('createdAt', row.created_at),
    ...at('confirmBy', row.pending_until),
    ...at('confirmedAt', row.confirmed_at),
    ...at('lastUsedAt', row.last_used_at),
    ...at('expiresAt', row.expires_at),
    ...(row.frozen_at === null ? {} : { frozen: true as const }),
    ...(row.newest_delivery === null
      ? {}
      : { challenge: viewChallengeState(challengeStateOf(row.newest_delivery)) }),
  };
}

export const factorExample: z.output<typeof factorView> = {
  id: 'fac_4GzXq0bS7kT2mN9c',
  kind: 'totp',
  status: 'active',
  name: 'Phone',
  createdAt: '2026-11-24T10:15:00.000Z',
  confirmedAt: '2026-11-24T10:16:00.000Z',
};

export const enrolledExample: z.output<typeof factorView> = {
  id: 'fac_4GzXq0bS7kT2mN9c',
  kind: 'totp',
  status: 'pending',
  name: 'Phone',
  createdAt: '2026-11-24T10:15:00.000Z',
  confirmBy: '2026-11-24T10:25:00.000Z',
  enrolment: {
    otpauthUri: 'otpauth://totp/Example:alice?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Example',
    secret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP',
    qrSvg: '<svg …></svg>',
  },
};
