import { z } from 'zod';
import type { UserRow } from '../../persistence/user-repository';
import { lifecycleWorkflowId } from '../../temporal/names';
import type { Caller } from '../route';
import { contactInput } from './contacts';
import {
  factorIdField,
  groupsField,
  instantField,
  kindField,
  localeField,
  nameField,
  userIdField,
} from './fields';

const challengeView = z
  .strictObject({
    possible: z.boolean(),
    reason: z
      .string()
      .optional()
      .describe(
        'Why not: `locked`, `waiting`, `enrolment_required`, or the reason that a denial would give, such as `no_factor`.',
      ),
    factors: z
      .array(z.strictObject({ id: z.string(), kind: z.string() }))
      .describe('Those that would do, in the order in which they are offered.'),
    kinds: z.array(z.string()).describe('Their kinds, each once.'),
    default: z
      .string()
      .optional()
      .describe(
        'The default factor of the user, when it would do: it is asked for unless another is chosen.',
      ),
  })
  .meta({ id: 'ChallengeOutlook' });

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
    locale: z.string().optional().describe('BCP 47.'),
    defaultFactor: z.string().optional().describe('Id of the factor that is asked for first.'),
    preferredOrder: z.array(z.string()).describe('Kinds of factor, the most wanted first.'),
    createdAt: instantField,
    challenge: challengeView.optional().describe('In the answer about one user.'),
    matched: z
      .strictObject({ contactId: z.string(), verified: z.boolean() })
      .optional()
      .describe('In the answer of a look-up: the contact that has the address.'),
    workflowId: z
      .string()
      .optional()
      .describe('The lifecycle in the Temporal UI; only for a key with the scope `operate` or `audit`.'),
  })
  .meta({ id: 'User' });

/** At most as many as a user can have. */
const MAX_CONTACTS_AT_ONCE = 20;

export const userInput = z
  .strictObject({
    groups: groupsField.optional(),
    locale: localeField.nullable().optional(),
    defaultFactor: factorIdField.nullable().optional(),
    preferredOrder: z
      .array(kindField)
      .max(20)
      .refine((kinds) => new Set(kinds).size === kinds.length, { message: 'must name each kind once' })
      .optional()
      .meta({
        description:
          'Kinds of factor in the order in which they are offered; those not named come after. It outranks the order of the flow.',
        examples: [['totp', 'recovery-code']],
      }),
    contacts: z.array(contactInput).max(MAX_CONTACTS_AT_ONCE).optional(),
  })
  .meta({ id: 'UserInput' });

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
    ...(row.locale === null ? {} : { locale: row.locale }),
    ...(hasDefault(row) ? { defaultFactor: row.default_factor } : {}),
    preferredOrder: row.preferred_order,
    createdAt: row.created_at.toISOString(),
    ...(mayOpenHistory ? { workflowId: lifecycleWorkflowId(caller.tenantId, row.user_id) } : {}),
  };
}

/** A default that was removed by an older version counts as none. */
function hasDefault(row: UserRow): row is UserRow & { default_factor: string } {
  return row.factors.some(({ id, status }) => id === row.default_factor && status === 'active');
}

export const userExample: z.output<typeof userView> = {
  id: 'alice',
  groups: ['finance'],
  status: 'active',
  failures: 0,
  factors: [{ id: 'fac_4GzXq0bS7kT2mN9c', kind: 'totp', status: 'active' }],
  preferredOrder: [],
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
