import type { EventType } from './event-type';
import { count, dataSchema, factorKind, idOf } from './data-schema';

/** Codes outside of authentications. */
export const codeEvents = [
  {
    type: 'code.invalid',
    version: 1,
    title: 'An enrolment was confirmed with a wrong code',
    description: 'The factor stays pending, and the failure counts in the budget of the user.',
    subject: 'user',
    origin: 'inside',
    schema: dataSchema({
      factorId: idOf('the pending factor'),
      kind: factorKind,
      failures: count('Failures in a row, over all factors of the user.'),
    }),
    example: { factorId: 'fac_3Rw8TzN5Vd', kind: 'totp', failures: 1 },
  },
] as const satisfies readonly EventType[];
