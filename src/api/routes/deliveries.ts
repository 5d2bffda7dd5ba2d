import { z } from 'zod';
import { MfaError } from '../../domain/errors';
import { findDelivery, listDeliveries, type ShownDelivery } from '../../persistence/delivery-list-repository';
import { openField } from '../../security/field-encryption';
import { maskAddress } from '../../security/masked-address';
import { cursorField, pageOf, pageView, readCursor } from '../paging';
import { route, type RouteCall } from '../route';
import { RECORD_VERSION } from '../sealed-record';
import { deliveryExample, deliveryView } from '../schemas/deliveries';
import { deliveryIdField, limitField } from '../schemas/fields';
import { userParams, userTarget } from './users';

const whoSees =
  'Addresses are masked, and shown to keys with the scope `audit` alone; what a message said is never shown.';

const ofUser = route({
  method: 'get',
  path: '/v1/users/{userId}/deliveries',
  operationId: 'listDeliveries',
  tag: 'Messages',
  summary: 'List what was sent to a user',
  description: `The ledger, newest first: every delivery with every send, what its provider said of it, and whether the code was used. ${whoSees}`,
  scopes: ['operate', 'audit'],
  target: userTarget,
  writes: false,
  params: userParams,
  query: z.strictObject({ cursor: cursorField.optional(), limit: limitField }),
  responses: {
    200: {
      description: 'A page.',
      schema: pageView('deliveries', deliveryView, 'Deliveries'),
      example: { deliveries: [deliveryExample], next: null },
    },
  },
  async handle(call) {
    const { parts, caller, user, query } = call;
    const after = query.cursor === undefined ? null : placeOf(readCursor(query.cursor, place));
    const of = { tenantId: caller.tenantId, userId: user.userId };
    const rows = await listDeliveries(parts.pool, of, after, query.limit + 1);
    const views = new Map<ShownDelivery, object>();
    for (const row of rows) views.set(row, viewOf(row, await addressOf(call, row)));
    const body = pageOf(
      'deliveries',
      rows,
      query.limit,
      (row) => row.place,
      (row) => views.get(row),
    );
    return { status: 200, body };
  },
});

const read = route({
  method: 'get',
  path: '/v1/deliveries/{deliveryId}',
  operationId: 'getDelivery',
  tag: 'Messages',
  summary: 'Read one delivery',
  description: `By its id in the timeline and in events. ${whoSees}`,
  scopes: ['operate', 'audit'],
  writes: false,
  params: z.strictObject({ deliveryId: deliveryIdField }),
  responses: { 200: { description: 'The delivery.', schema: deliveryView, example: deliveryExample } },
  errors: ['not_found'],
  async handle(call) {
    const row = await findDelivery(call.parts.pool, call.caller.tenantId, call.params.deliveryId);
    if (row === undefined) throw new MfaError('not_found');
    return { status: 200, body: viewOf(row, await addressOf(call, row)) };
  },
});

/** An instant as Postgres writes it, and an id. */
const place = z.string().regex(/^\d{4,6}-\d{2}-\d{2} [\d:.]{8,15}[+-]\d{2}(?::\d{2})? [A-Za-z0-9_]{1,64}$/);

function placeOf(text: string): { createdAt: string; deliveryId: string } {
  const split = text.lastIndexOf(' ');
  return { createdAt: text.slice(0, split), deliveryId: text.slice(split + 1) };
}

async function addressOf(
  { parts, caller }: RouteCall<unknown, unknown, unknown>,
  row: ShownDelivery,
): Promise<string | undefined> {
  if (row.address === null || !caller.scopes.includes('audit')) return undefined;
  const scope = { tenantId: caller.tenantId, userId: row.user_id };
  const dataKey = await parts.dataKeys.forScope(scope);
  const record = `${row.delivery_id}/address`;
  const opened = openField(dataKey, row.address, { ...scope, record, version: RECORD_VERSION });
  const address: unknown = JSON.parse(opened.toString('utf8'));
  return maskAddress(row.channel === 'email' ? 'email' : 'phone', String(address));
}

function viewOf(row: ShownDelivery, address: string | undefined): object {
  return {
    id: row.delivery_id,
    purpose: row.purpose,
    template: row.template,
    ...present({
      channel: row.channel,
      address,
      country: row.country,
      challengeId: row.challenge_id,
      noticeId: row.parent_id,
    }),
    status: row.status,
    ...present({ reason: row.reason }),
    uncertain: row.uncertain,
    converted: row.converted_at !== null,
    createdAt: row.created_at.toISOString(),
    ...present({ endedAt: row.ended_at?.toISOString() }),
    sends: row.sends.map(({ id, provider, status, code, price, currency, converted, history }) => ({
      id,
      provider,
      status,
      ...present({ code }),
      ...(price === null || currency === null ? {} : { price: { amount: price, currency } }),
      converted,
      history: history.map((entry) => ({
        at: new Date(entry.at).toISOString(),
        status: entry.status,
        ...present({ code: entry.code }),
      })),
    })),
  };
}

function present(members: Record<string, unknown>): object {
  return Object.fromEntries(
    Object.entries(members).filter(([, value]) => value !== null && value !== undefined),
  );
}

export const deliveryRoutes = [ofUser, read];
