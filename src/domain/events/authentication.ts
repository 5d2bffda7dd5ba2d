import type { EventType } from './event-type';
import { count, dataSchema, idOf, oneOf, word, words } from './data-schema';

const said = {
  authenticationId: idOf('the authentication'),
  purpose: oneOf('What it is for.', ['login', 'step-up', 'enrolment']),
  kinds: words('The kinds of factor that were proved so far, in order.'),
  level: count('The assurance level that is reached so far, from 0.'),
};

const example = {
  authenticationId: 'aut_7Qm2XkP9Lc',
  purpose: 'login',
  kinds: ['totp'],
  level: 1,
};

/** How logins and step-ups go. */
export const authenticationEvents = [
  {
    type: 'authentication.denied',
    version: 1,
    title: 'An authentication was denied',
    description: 'It ended without a proof of who the user is.',
    subject: 'user',
    origin: 'inside',
    schema: dataSchema({ ...said, reason: word('Why, such as `no_factor` or `session_ended`.') }),
    example: { ...example, kinds: [], level: 0, reason: 'no_factor' },
  },
  {
    type: 'authentication.failed',
    version: 1,
    title: 'A wrong code was given',
    description:
      'The code of an authentication was wrong. The authentication goes on, unless the user is locked now.',
    subject: 'user',
    origin: 'inside',
    schema: dataSchema({ ...said, failures: count('Failures in a row, over all factors of the user.') }),
    example: { ...example, kinds: [], level: 0, failures: 2 },
  },
  {
    type: 'authentication.requested',
    version: 1,
    title: 'An authentication was begun or asked again',
    description: 'The user is asked for a factor.',
    subject: 'user',
    origin: 'inside',
    schema: dataSchema(said),
    example: { ...example, kinds: [], level: 0 },
  },
  {
    type: 'authentication.succeeded',
    version: 1,
    title: 'An authentication was approved',
    description: 'The user has proved what the flow asked for.',
    subject: 'user',
    origin: 'inside',
    schema: dataSchema({ ...said, acr: word('The assurance that was reached, such as `aal2`.') }),
    example: { ...example, kinds: ['totp'], acr: 'aal2' },
  },
] as const satisfies readonly EventType[];
