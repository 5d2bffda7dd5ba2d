import { z } from 'zod';
import type { TicketState } from '../../persistence/ticket-repository';
import { contactIdField, instantField, ticketIdField, userIdField } from './fields';

/** Minutes that a link lives when nobody says otherwise: an out-of-band secret ends after ten (NIST SP 800-63B-4 §3.1.3). */
export const USUAL_MINUTES = 10;
/** A week, for whoever reads mail seldom. */
const MOST_MINUTES = 10_080;

export const ticketInput = z
  .strictObject({
    purpose: z
      .literal('confirm-address')
      .meta({ description: 'What the link does once its button is pressed.', examples: ['confirm-address'] }),
    contactId: contactIdField,
    minutes: z
      .int()
      .min(1)
      .max(MOST_MINUTES)
      .default(USUAL_MINUTES)
      .meta({
        description:
          'Minutes that the link is good for: up to a week for an e-mail address, 10 at most for a phone number.',
        examples: [60],
      }),
    send: z
      .boolean()
      .default(false)
      .describe('Whether mfaflow sends the link to the address. Else your application does.'),
  })
  .meta({ id: 'TicketRequest' });

export const createdTicketView = z
  .strictObject({
    id: ticketIdField,
    url: z
      .url()
      .optional()
      .describe(
        'The link. Whoever has it can use it; absent when it was used since this request was first sent.',
      ),
    expiresAt: instantField,
    deliveryId: z.string().optional().describe('Of the message, when mfaflow sends the link.'),
  })
  .meta({ id: 'CreatedTicket' });

export const ticketView = z
  .strictObject({
    id: ticketIdField,
    userId: userIdField,
    purpose: z.enum(['confirm-address', 'login', 'not-me']),
    status: z
      .enum(['open', 'redeemed', 'expired', 'refused'])
      .describe('`refused`: an epoch was raised since it was made.'),
    createdAt: instantField,
    expiresAt: instantField,
    redeemedAt: instantField.optional(),
  })
  .meta({ id: 'Ticket' });

export function viewTicket(state: TicketState): z.output<typeof ticketView> {
  return {
    id: state.ticket_id,
    userId: state.external_id,
    purpose: state.purpose,
    status: state.status,
    createdAt: state.created_at.toISOString(),
    expiresAt: state.expires_at.toISOString(),
    ...(state.redeemed_at === null ? {} : { redeemedAt: state.redeemed_at.toISOString() }),
  };
}

export const createdTicketExample: z.output<typeof createdTicketView> = {
  id: 'tic_3Jt8Vn6Kp0Rw4Ds2',
  url: 'https://mfa.example/t/tic_3Jt8Vn6Kp0Rw4Ds2.Zx0bq1mW8r5cYdTtK2vP4uNnQ7aEoLhGi9sJf3RkXwI',
  expiresAt: '2026-11-24T10:25:00.000Z',
};

export const ticketExample: z.output<typeof ticketView> = {
  id: 'tic_3Jt8Vn6Kp0Rw4Ds2',
  userId: 'alice',
  purpose: 'confirm-address',
  status: 'open',
  createdAt: '2026-11-24T10:15:00.000Z',
  expiresAt: '2026-11-24T10:25:00.000Z',
};
