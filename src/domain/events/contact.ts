import type { EventType } from './event-type';
import { dataSchema, flag, idOf, oneOf } from './data-schema';

const contactId = idOf('the contact');
const kind = oneOf('What kind of address it is.', ['email', 'phone']);
const verified = flag('Whether its owner has shown that it is theirs.');
const imported = flag('True where a bulk import did it.');
const example = { contactId: 'con_5Yb1HsE6Ua', kind: 'email' };

/** The addresses of a user; never the address itself. */
export const contactEvents = [
  {
    type: 'contact.added',
    version: 1,
    title: 'A contact was added',
    description: 'The user has another address.',
    subject: 'user',
    origin: 'inside',
    schema: dataSchema({ contactId, kind, verified }, { imported }),
    example: { ...example, verified: false },
  },
  {
    type: 'contact.changed',
    version: 1,
    title: 'A contact was changed',
    description: 'An address counts as verified from now on, or does so no more.',
    subject: 'user',
    origin: 'inside',
    schema: dataSchema({ contactId, kind, verified }, { imported }),
    example: { ...example, verified: true },
  },
  {
    type: 'contact.removed',
    version: 1,
    title: 'A contact was removed',
    description: 'The address is deleted.',
    subject: 'user',
    origin: 'inside',
    schema: dataSchema({ contactId, kind }),
    example,
  },
  {
    type: 'contact.verified',
    version: 1,
    title: 'A contact was verified by its owner',
    description: 'Somebody opened the link that was sent to the address.',
    subject: 'user',
    origin: 'inside',
    schema: dataSchema({ contactId, kind, ticketId: idOf('the ticket that the link held') }),
    example: { ...example, ticketId: 'tic_2Gd9KvJ4Ow' },
  },
] as const satisfies readonly EventType[];
