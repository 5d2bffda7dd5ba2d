import type { EventType } from './event-type';
import { dataSchema, idOf } from './data-schema';

const schema = dataSchema({ authenticationId: idOf('the authentication that was open') });
const example = { authenticationId: 'aut_7Qm2XkP9Lc' };

/** Authentications that nobody has answered. */
export const challengeEvents = [
  {
    type: 'challenge.abandoned',
    version: 1,
    title: 'An authentication was left',
    description: 'It ran out of time, or was ended by a restore, before a factor was chosen.',
    subject: 'user',
    origin: 'inside',
    schema,
    example,
  },
  {
    type: 'challenge.expired',
    version: 1,
    title: 'A challenge ran out of time',
    description: 'A factor was chosen, and no right code came in time.',
    subject: 'user',
    origin: 'inside',
    schema,
    example,
  },
] as const satisfies readonly EventType[];
