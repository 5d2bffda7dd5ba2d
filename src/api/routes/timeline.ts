import { z } from 'zod';
import { readTimeline, type TimelineRow } from '../../persistence/timeline-repository';
import { cursorField, pageOf, pageView, readCursor } from '../paging';
import { route, type RouteCall } from '../route';
import { instantField, limitField } from '../schemas/fields';
import { openRecord } from '../sealed-record';
import { userParams, userTarget } from './users';

const entryView = z
  .strictObject({
    at: instantField,
    action: z.string(),
    outcome: z.string(),
    actor: z.string().describe('Id of the API key that asked for it, or the part of mfaflow that did it.'),
    detail: z.record(z.string(), z.unknown()),
    personal: z
      .record(z.string(), z.unknown())
      .optional()
      .describe('Address and agent of the end user; only for a key with the scope `audit`.'),
  })
  .meta({ id: 'TimelineEntry' });

const sequence = z.string().regex(/^[1-9][0-9]{0,17}$/);

const timeline = route({
  method: 'get',
  path: '/v1/users/{userId}/timeline',
  operationId: 'getTimeline',
  tag: 'Users',
  summary: 'Read what happened to a user',
  description:
    'The audit trail of the user, newest first. Personal data is opened for keys with the scope `audit` alone.',
  scopes: ['audit', 'operate', 'manage-users'],
  target: userTarget,
  writes: false,
  params: userParams,
  query: z.strictObject({ cursor: cursorField.optional(), limit: limitField }),
  responses: {
    200: {
      description: 'A page.',
      schema: pageView('entries', entryView, 'Timeline'),
      example: {
        entries: [
          {
            at: '2026-11-24T10:15:00.000Z',
            action: 'authentication',
            outcome: 'approved',
            actor: 'key_Xc5vB1nM8qW2eR4t',
            detail: { authenticationId: 'aut_8dKw2LrVx0QyB5nA', purpose: 'login', kinds: ['totp'] },
          },
        ],
        next: null,
      },
    },
  },
  async handle(call) {
    const { parts, caller, user, query } = call;
    const before = query.cursor === undefined ? null : readCursor(query.cursor, sequence);
    const of = { tenantId: caller.tenantId, userId: user.userId };
    const rows = await readTimeline(parts.pool, of, before, query.limit + 1);
    const opened = await Promise.all(rows.map((row) => personalOf(call, row)));
    const views = new Map(rows.map((row, index) => [row, viewOf(row, opened[index])]));
    return {
      status: 200,
      body: pageOf(
        'entries',
        rows,
        query.limit,
        (row) => row.sequence,
        (row) => views.get(row),
      ),
    };
  },
});

/** What is personal is sealed as a part of the authentication that the entry is about. */
async function personalOf(call: RouteCall<unknown, unknown, unknown>, row: TimelineRow): Promise<unknown> {
  const record = row.detail['authenticationId'];
  if (row.personal === null || typeof record !== 'string' || !call.caller.scopes.includes('audit'))
    return undefined;
  return await openRecord(call, record, row.personal);
}

function viewOf(row: TimelineRow, personal: unknown): object {
  const { action, outcome, actor, detail } = row;
  return {
    at: row.at.toISOString(),
    action,
    outcome,
    actor,
    detail,
    ...(personal === undefined ? {} : { personal }),
  };
}

export const timelineRoutes = [timeline];
