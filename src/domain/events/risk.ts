import type { EventType } from './event-type';
import { dataSchema, oneOf, reasonText } from './data-schema';

const levels = ['low', 'medium', 'high'];

/** How risky a user is by what others see. */
export const riskEvents = [
  {
    type: 'risk.changed',
    version: 1,
    title: 'The risk of the user has changed',
    description:
      'A system that judges risk has another opinion (OpenID CAEP, `risk-level-change`). Nothing is taken back by this alone.',
    subject: 'user',
    origin: 'outside',
    schema: dataSchema(
      { level: oneOf('The risk from now on.', levels) },
      { previous: oneOf('The risk before.', levels), reason: reasonText },
    ),
    example: { level: 'high', previous: 'low', reason: 'impossible travel' },
  },
] as const satisfies readonly EventType[];
