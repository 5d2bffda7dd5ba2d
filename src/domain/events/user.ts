import type { EventType } from './event-type';
import { count, dataSchema, flag, idOf, oneOf, words } from './data-schema';

const groups = words('The groups that the user is in from now on.');
const imported = flag('True where an import did it.');
const erasure = dataSchema({ erasureId: idOf('the erasure') });
const erasureExample = { erasureId: 'era_0Mh6DnA1Ks' };

/** What becomes of users themselves. */
export const userEvents = [
  {
    type: 'user.changed',
    version: 1,
    title: 'A user was changed',
    description: 'The user is in other groups, or something of the profile is another.',
    subject: 'user',
    origin: 'inside',
    schema: dataSchema({}, { groups, changed: words('The fields that are others now.'), imported }),
    example: { groups: ['finance'] },
  },
  {
    type: 'user.created',
    version: 1,
    title: 'A user was made',
    description: 'The user is known from now on, without a factor unless an import brought one.',
    subject: 'user',
    origin: 'inside',
    schema: dataSchema({}, { groups, imported }),
    example: { groups: ['finance'] },
  },
  {
    type: 'user.disowned',
    version: 1,
    title: 'The user said "this wasn\'t me"',
    description: 'What the link named proves nothing any more until an operator decides.',
    subject: 'user',
    origin: 'inside',
    schema: dataSchema(
      { frozen: words('What was ended: `factor`, `authentication`, `proof`, `session`.') },
      { factorId: idOf('the factor'), authenticationId: idOf('the authentication') },
    ),
    example: { frozen: ['factor', 'session'], factorId: 'fac_3Rw8TzN5Vd' },
  },
  {
    type: 'user.erased',
    version: 1,
    title: 'A user was erased',
    description: 'Nothing of the user is left, and the certificate can be read.',
    subject: 'user',
    origin: 'inside',
    schema: erasure,
    example: erasureExample,
  },
  {
    type: 'user.erasure-started',
    version: 1,
    title: 'The erasure of a user was begun',
    description: 'The user is unknown from now on.',
    subject: 'user',
    origin: 'inside',
    schema: erasure,
    example: erasureExample,
  },
  {
    type: 'user.locked',
    version: 1,
    title: 'A user was locked',
    description: 'No code of the user is looked at until the lock ends or an operator unlocks.',
    subject: 'user',
    origin: 'inside',
    schema: dataSchema(
      { reason: oneOf('Who did it: too many failures, or an operator.', ['failures', 'operator']) },
      { failures: count('Failures in a row, where those were why.') },
    ),
    example: { reason: 'failures', failures: 10 },
  },
  {
    type: 'user.unlocked',
    version: 1,
    title: 'A user was unlocked',
    description: 'Codes of the user are looked at again.',
    subject: 'user',
    origin: 'inside',
    schema: dataSchema({ resetFailures: flag('Whether the count of failures begins anew.') }),
    example: { resetFailures: true },
  },
] as const satisfies readonly EventType[];
