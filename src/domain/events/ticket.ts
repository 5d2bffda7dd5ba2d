import type { EventType } from './event-type';
import { dataSchema, idOf, word } from './data-schema';

const ticketId = idOf('the ticket');
const purpose = word('What the link is for, such as `confirm-address` or `login`.');

/** One-time links. */
export const ticketEvents = [
  {
    type: 'ticket.made',
    version: 1,
    title: 'A link was made',
    description: 'Whoever opens it shows that the address is theirs.',
    subject: 'user',
    origin: 'inside',
    schema: dataSchema(
      { ticketId, purpose, contactId: idOf('the contact') },
      { deliveryId: idOf('the message that brings the link, where mfaflow sends it') },
    ),
    example: { ticketId: 'tic_2Gd9KvJ4Ow', purpose: 'confirm-address', contactId: 'con_5Yb1HsE6Ua' },
  },
  {
    type: 'ticket.redeemed',
    version: 1,
    title: 'A login link was opened',
    description: 'Its code was shown, or was handed to the application. This approves nothing by itself.',
    subject: 'user',
    origin: 'inside',
    schema: dataSchema({
      ticketId,
      purpose,
      authenticationId: idOf('the authentication'),
      challengeId: idOf('the challenge'),
    }),
    example: {
      ticketId: 'tic_2Gd9KvJ4Ow',
      purpose: 'login',
      authenticationId: 'aut_7Qm2XkP9Lc',
      challengeId: 'cha_1Lp7SdY3Fe',
    },
  },
] as const satisfies readonly EventType[];
