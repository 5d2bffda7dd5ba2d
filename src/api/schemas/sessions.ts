import { z } from 'zod';
import type { SessionRow } from '../../persistence/session-repository';
import { instantField, userIdField, visibleField } from './fields';

export const tokenInput = z
  .strictObject({
    token: visibleField(512, 'The session token.', 'mfs_Tq7mWc3pZ1aR9xYv.0.t6b1w0.Hq2.c2lnbmF0dXJl'),
  })
  .meta({ id: 'SessionToken' });

export const introspectionView = z
  .union([
    z.strictObject({ active: z.literal(false) }),
    z.strictObject({
      active: z.literal(true),
      sub: userIdField,
      sessionId: z.string(),
      acr: z.string(),
      amr: z.array(z.string()),
      authTime: instantField,
      expiresAt: instantField,
    }),
  ])
  .meta({
    id: 'Introspection',
    description:
      'Whether the session lives at this moment (after RFC 7662). Nothing is said of one that does not.',
  });

export const refreshView = z
  .union([
    z.strictObject({ active: z.literal(false) }),
    z.strictObject({
      active: z.literal(true),
      sub: userIdField,
      sessionId: z.string(),
      token: z.string(),
      expiresAt: instantField,
    }),
  ])
  .meta({ id: 'RefreshedSession' });

export const sessionView = z
  .strictObject({
    id: z.string(),
    active: z.boolean(),
    acr: z.string(),
    amr: z.array(z.string()),
    authTime: instantField,
    issuedAt: instantField,
    refreshedAt: instantField.optional(),
    expiresAt: instantField.describe('When it ends without a refresh.'),
    absoluteUntil: instantField.describe('When it ends in any case.'),
    revokedAt: instantField.optional(),
    revokedReason: z.string().optional(),
  })
  .meta({ id: 'Session' });

export function viewSession(row: SessionRow): z.output<typeof sessionView> {
  return {
    id: row.session_id,
    active: row.active,
    acr: row.acr,
    amr: row.amr,
    authTime: row.auth_time.toISOString(),
    issuedAt: row.issued_at.toISOString(),
    ...(row.rotated_at === null ? {} : { refreshedAt: row.rotated_at.toISOString() }),
    expiresAt: row.expires_at.toISOString(),
    absoluteUntil: row.absolute_until.toISOString(),
    ...(row.revoked_at === null ? {} : { revokedAt: row.revoked_at.toISOString() }),
    ...(row.revoked_reason === null ? {} : { revokedReason: row.revoked_reason }),
  };
}

export const sessionExample: z.output<typeof sessionView> = {
  id: 'ses_Tq7mWc3pZ1aR9xYv',
  active: true,
  acr: 'aal2',
  amr: ['pwd', 'otp', 'mfa'],
  authTime: '2026-11-24T10:15:00.000Z',
  issuedAt: '2026-11-24T10:15:00.000Z',
  expiresAt: '2026-11-24T22:15:00.000Z',
  absoluteUntil: '2026-12-24T10:15:00.000Z',
};
