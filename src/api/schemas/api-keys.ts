import { z } from 'zod';
import { instantField, keyIdField } from './fields';

export const apiKeyView = z
  .strictObject({
    id: keyIdField,
    name: z.string(),
    scopes: z.array(z.string()),
    status: z
      .enum(['active', 'rotated', 'expired', 'revoked'])
      .describe('`rotated`: it has a successor, and is good until `expiresAt`.'),
    createdAt: instantField,
    expiresAt: instantField.optional(),
    revokedAt: instantField.optional(),
    lastUsedAt: instantField
      .optional()
      .describe(
        'To five minutes; absent for a key that was never used. Says whether the old key of a rotation can go.',
      ),
    rotatedFrom: keyIdField.optional().describe('The key in whose place this one came.'),
    rotatedTo: keyIdField.optional().describe('The key that came in place of this one.'),
    key: z
      .string()
      .optional()
      .describe(
        'The key itself: in the answer that makes it and its retries within ten minutes, never again.',
      ),
  })
  .meta({ id: 'ApiKey' });

export const apiKeyExample = {
  id: 'key_Xc5vB1nM8qW2eR4t',
  name: 'shop backend',
  scopes: ['authenticate'],
  status: 'active',
  createdAt: '2026-11-24T10:15:00.000Z',
};
