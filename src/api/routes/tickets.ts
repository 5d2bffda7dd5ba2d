import { z } from 'zod';
import { MfaError } from '../../domain/errors';
import { readTicketLink, readTicketState } from '../../persistence/ticket-repository';
import { ticketToken, ticketUrl } from '../../security/ticket';
import { makeTicket, type MadeTicket } from '../make-ticket';
import type { ApiParts } from '../parts';
import { route } from '../route';
import { ticketIdField } from '../schemas/fields';
import {
  createdTicketExample,
  createdTicketView,
  ticketExample,
  ticketInput,
  ticketView,
  viewTicket,
} from '../schemas/tickets';
import { userParams, userTarget } from './users';

const create = route({
  method: 'post',
  path: '/v1/users/{userId}/tickets',
  operationId: 'createTicket',
  tag: 'Tickets',
  summary: 'Make a one-time link',
  description:
    'Its page says what will happen and has one button: opening the link does nothing, pressing the button works once. `confirm-address` marks a contact of the user as verified. Nobody can make the link again from what is stored, so send the request again under the same Idempotency-Key when its answer was lost. With `send` the message counts among those that a user may be sent in ten minutes.',
  scopes: ['manage-users', 'operate'],
  target: userTarget,
  writes: true,
  params: userParams,
  body: ticketInput,
  bodyExample: { purpose: 'confirm-address', contactId: 'con_7Hq2Lw9Zc4Vb1Nx5', minutes: 60, send: true },
  responses: { 201: { description: 'Made.', schema: createdTicketView, example: createdTicketExample } },
  errors: ['not_found', 'conflict', 'rate_limited'],
  async handle(call) {
    const made = await makeTicket(call);
    if (made.deliveryId !== undefined) {
      const user = { tenantId: call.caller.tenantId, userId: call.user.userId };
      // It is written: what Temporal does not hear of now, a sweep takes up.
      void call.parts.startDelivery(user, made.deliveryId).catch(() => undefined);
    }
    return { status: 201, body: await viewMade(call.parts, made) };
  },
});

const read = route({
  method: 'get',
  path: '/v1/tickets/{ticketId}',
  operationId: 'getTicket',
  tag: 'Tickets',
  summary: 'Read what became of a one-time link',
  description: 'Its state alone: the link is in no answer but the one that made it.',
  scopes: ['manage-users', 'operate', 'audit'],
  writes: false,
  params: z.strictObject({ ticketId: ticketIdField }),
  responses: { 200: { description: 'The ticket.', schema: ticketView, example: ticketExample } },
  errors: ['not_found'],
  async handle({ parts, caller, params }) {
    const state = await readTicketState(parts.pool, caller.tenantId, params.ticketId);
    if (state === undefined) throw new MfaError('not_found');
    return { status: 200, body: viewTicket(state) };
  },
});

async function viewMade(
  parts: Pick<ApiParts, 'pool' | 'secrets' | 'config'>,
  { ticketId, deliveryId }: MadeTicket,
): Promise<z.output<typeof createdTicketView>> {
  const link = await readTicketLink(parts.pool, ticketId);
  if (link === undefined) throw new MfaError('not_found');
  const { salt, expires_at } = link;
  return {
    id: ticketId,
    ...(salt === null
      ? {}
      : { url: ticketUrl(parts.config.issuer, ticketToken(parts.secrets.ticketKey, { ticketId, salt })) }),
    expiresAt: expires_at.toISOString(),
    ...(deliveryId === undefined ? {} : { deliveryId }),
  };
}

export const ticketRoutes = [create, read];
