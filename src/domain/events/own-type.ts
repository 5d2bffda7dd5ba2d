import type { EventType } from './event-type';
import { count, dataSchema, text } from './data-schema';

const type = text('The name of the type.', 100);

/** The types of event that a tenant adds to the catalogue for itself. */
export const ownTypeEvents = [
  {
    type: 'event-type.removed',
    version: 1,
    title: 'A type of event was removed',
    description: 'Events of this type of the tenant are refused from now on; those that are there stay.',
    subject: 'tenant',
    origin: 'inside',
    schema: dataSchema({ type }),
    example: { type: 'order.placed' },
  },
  {
    type: 'event-type.written',
    version: 1,
    title: 'A type of event was written',
    description: 'Events of this type of the tenant are taken from now on.',
    subject: 'tenant',
    origin: 'inside',
    schema: dataSchema({ type, version: count('The version of the type.') }),
    example: { type: 'order.placed', version: 1 },
  },
] as const satisfies readonly EventType[];
