import { z } from 'zod';
import type { UserRow } from '../../persistence/user-repository';
import { lifecycleWorkflowId } from '../../temporal/names';
import type { Caller } from '../route';
import { groupsField, instantField, kindField, nameField, userIdField } from './fields';

export const userView = z
  .strictObject({
    id: userIdField,
    groups: z.array(z.string()),
    status: z
      .enum(['active', 'waiting', 'locked'])
      .describe(
        '`waiting`: after wrong codes, answers are not evaluated until `waitUntil`. `locked`: nothing is, until `lockedUntil` or an operator.',
      ),
    waitUntil: instantField.optional(),
    lockedUntil: instantField.optional().describe('Absent for a lock that only an operator lifts.'),
    lockReason: z.string().optional(),
    failures: z.int().describe('Wrong codes since the last right one.'),
    factors: z.array(
      z.strictObject({ id: z.string(), kind: z.string(), status: z.enum(['pending', 'active']) }),
    ),
    createdAt: instantField,
    workflowId: z
      .string()
      .optional()
      .describe('The lifecycle in the Temporal UI; only for a key with the scope `operate` or `audit`.'),
  })
  .meta({ id: 'User' });

export const userInput = z.strictObject({ groups: groupsField.optional() }).meta({ id: 'UserInput' });

export function viewUser(
  row: UserRow,
  caller: Pick<Caller, 'tenantId' | 'scopes'>,
): z.output<typeof userView> {
  const mayOpenHistory = caller.scopes.includes('operate') || caller.scopes.includes('audit');
  return {
    id: row.external_id,
    groups: row.groups,
    status: row.status,
    ...(row.wait_until === null ? {} : { waitUntil: row.wait_until.toISOString() }),
    ...(row.locked_until === null ? {} : { lockedUntil: row.locked_until.toISOString() }),
    ...(row.status !== 'locked' || row.lock_reason === null ? {} : { lockReason: row.lock_reason }),
    failures: row.failures,
    factors: row.factors.map(({ id, kind, status }) => ({
      id,
      kind,
      status: status === 'active' ? 'active' : 'pending',
    })),
    createdAt: row.created_at.toISOString(),
    ...(mayOpenHistory ? { workflowId: lifecycleWorkflowId(caller.tenantId, row.user_id) } : {}),
  };
}

export const userExample: z.output<typeof userView> = {
  id: 'alice',
  groups: ['finance'],
  status: 'active',
  failures: 0,
  factors: [{ id: 'fac_4GzXq0bS7kT2mN9c', kind: 'totp', status: 'active' }],
  createdAt: '2026-11-24T10:15:00.000Z',
};

export const importedUser = z.strictObject({
  id: userIdField,
  groups: groupsField.optional(),
  factors: z
    .array(
      z.strictObject({
        kind: kindField,
        name: nameField.optional(),
        secret: z
          .string()
          .min(1)
          .max(200)
          .regex(/^[A-Za-z2-7 =]+$/)
          .describe('Base32 (RFC 4648 §6), at least 128 bits; case, spaces and padding do not matter.'),
        digits: z.union([z.literal(6), z.literal(8)]).default(6),
        algorithm: z.enum(['SHA1', 'SHA256', 'SHA512']).default('SHA1'),
        period: z.union([z.literal(30), z.literal(60)]).default(30),
      }),
    )
    .min(1)
    .max(10),
});
