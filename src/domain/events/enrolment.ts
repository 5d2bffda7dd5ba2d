import type { EventType } from './event-type';
import { dataSchema, factorKind, idOf } from './data-schema';

const schema = dataSchema({ factorId: idOf('the pending factor'), kind: factorKind });
const example = { factorId: 'fac_3Rw8TzN5Vd', kind: 'totp' };

/** Factors that are not confirmed yet. */
export const enrolmentEvents = [
  {
    type: 'enrolment.abandoned',
    version: 1,
    title: 'An enrolment was given up',
    description: 'It was not confirmed in time, or was ended before; its secret is deleted.',
    subject: 'user',
    origin: 'inside',
    schema,
    example,
  },
  {
    type: 'enrolment.started',
    version: 1,
    title: 'An enrolment was begun',
    description: 'A factor waits for the code that confirms it.',
    subject: 'user',
    origin: 'inside',
    schema,
    example,
  },
] as const satisfies readonly EventType[];
