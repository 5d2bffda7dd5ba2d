import type { EventType } from './event-type';
import { dataSchema, oneOf, text } from './data-schema';

/** Epochs take back what was issued before. */
export const epochEvents = [
  {
    type: 'epoch.raised',
    version: 1,
    title: 'An epoch was raised',
    description: 'Everything issued before to the tenant, group, user or kind is refused from now on.',
    subject: 'either',
    origin: 'inside',
    schema: dataSchema(
      {
        scope: oneOf('Whom it concerns.', ['tenant', 'group', 'user', 'kind']),
        value: text('The new value, in decimal digits.', 20),
      },
      { subject: text('The group, the kind, or the internal id of the user.', 200) },
    ),
    example: { scope: 'group', subject: 'finance', value: '42' },
  },
] as const satisfies readonly EventType[];
