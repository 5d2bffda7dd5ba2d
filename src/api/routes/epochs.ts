import { z } from 'zod';
import { MfaError } from '../../domain/errors';
import { factorContracts } from '../../factors/catalogue';
import { writeOnce } from '../../persistence/direct-write';
import { type EpochPlace, type EpochScope, listEpochs, raiseEpoch } from '../../persistence/epoch-repository';
import { findUserId } from '../../persistence/user-repository';
import { cursorField, pageOf, pageView, readCursor } from '../paging';
import { route } from '../route';
import { groupField, instantField, limitField, reasonField, userIdField } from '../schemas/fields';

const kinds = ['session', 'assertion', 'authentication', ...factorContracts.keys()] as const;

const epochInput = z
  .discriminatedUnion('scope', [
    z.strictObject({ scope: z.literal('tenant'), reason: reasonField }),
    z.strictObject({ scope: z.literal('group'), subject: groupField, reason: reasonField }),
    z.strictObject({ scope: z.literal('user'), subject: userIdField, reason: reasonField }),
    z.strictObject({ scope: z.literal('kind'), subject: z.enum(kinds), reason: reasonField }),
  ])
  .meta({ id: 'EpochRequest' });

const epochView = z
  .strictObject({
    scope: z.enum(['tenant', 'group', 'user', 'kind']),
    subject: z.string().optional(),
    value: z.string().describe('Greater than every value raised before in the tenant.'),
    raisedAt: instantField,
    reason: z.string(),
  })
  .meta({ id: 'Epoch' });

const example = {
  scope: 'group',
  subject: 'finance',
  value: '42',
  raisedAt: '2026-11-24T10:15:00.000Z',
  reason: 'laptops stolen',
};

const raise = route({
  method: 'post',
  path: '/v1/epochs',
  operationId: 'raiseEpoch',
  tag: 'Epochs',
  summary: 'Refuse everything issued so far',
  description: `Of the tenant, a group, a user or a kind (${kinds.join(', ')}): sessions, assertions and open authentications from before are refused from this answer on, however many there are.`,
  scopes: ['operate'],
  writes: true,
  params: z.strictObject({}),
  body: epochInput,
  bodyExample: { scope: 'group', subject: 'finance', reason: 'laptops stolen' },
  responses: { 201: { description: 'Raised.', schema: epochView, example } },
  errors: ['not_found'],
  async handle({ parts, caller, command, body }) {
    const { tenantId } = caller;
    const { scope, reason } = body;
    const subject = body.scope === 'tenant' ? undefined : body.subject;
    const userId = body.scope === 'user' ? await findUserId(parts.pool, tenantId, body.subject) : undefined;
    if (scope === 'user' && userId === undefined) throw new MfaError('not_found');
    const stored = userId ?? subject ?? '';
    const { result } = await writeOnce(parts.pool, command, async (client) => {
      const { value, raisedAt } = await raiseEpoch(client, { tenantId, scope, subject: stored, reason });
      const said = { scope, ...(stored === '' ? {} : { subject: stored }), value };
      return {
        result: { value, raisedAt: raisedAt.toISOString() },
        ...(userId === undefined ? {} : { userId }),
        epoch: value,
        audit: [{ action: 'epoch.raise', outcome: 'done', detail: { ...said, reason } }],
        events: [{ type: 'epoch.raised', data: said }],
      };
    });
    return { status: 201, body: { scope, ...(subject === undefined ? {} : { subject }), ...result, reason } };
  },
});

const list = route({
  method: 'get',
  path: '/v1/epochs',
  operationId: 'listEpochs',
  tag: 'Epochs',
  summary: 'List what was raised',
  description:
    'Each subject with its newest value, newest first, page by page: pass `next` as `cursor` until there is none.',
  scopes: ['operate', 'audit'],
  writes: false,
  params: z.strictObject({}),
  query: z.strictObject({ cursor: cursorField.optional(), limit: limitField }),
  responses: {
    200: {
      description: 'A page.',
      schema: pageView('epochs', epochView, 'EpochPage'),
      example: { epochs: [example], next: null },
    },
  },
  async handle({ parts, caller, query }) {
    const after = query.cursor === undefined ? undefined : placeIn(readCursor(query.cursor, placeText));
    const rows = await listEpochs(parts.pool, caller.tenantId, after, query.limit + 1);
    const body = pageOf(
      'epochs',
      rows,
      query.limit,
      ({ value, scope, subject }) => `${value} ${scope} ${subject}`,
      (row) => ({
        scope: row.scope satisfies EpochScope,
        ...(row.scope === 'tenant' ? {} : { subject: row.external_id ?? row.subject }),
        value: row.value,
        raisedAt: row.raised_at.toISOString(),
        reason: row.reason,
      }),
    );
    return { status: 200, body };
  },
});

const placeText = z.string().regex(/^[1-9]\d{0,17} (?:tenant|group|user|kind) [\w.:@-]{0,64}$/);

/** @param text a value, a scope and a subject, which have no blanks in them */
function placeIn(text: string): EpochPlace {
  const [value = '', scope = '', subject = ''] = text.split(' ');
  return { value, scope: scope as EpochScope, subject };
}

export const epochRoutes = [raise, list];
