import { dataSchema, oneOf, word, words } from './data-schema';
import type { EventType } from './event-type';

const nothing = dataSchema({});
const compliance = ['compliant', 'not-compliant'];
const session = dataSchema(
  {},
  {
    acr: word('The assurance of the login there, as the other system calls it.'),
    amr: words('The methods of the login there.'),
  },
);

const ofUser = { version: 1, subject: 'user', origin: 'outside' } as const;

/** What an identity provider or another system says of the account that a user has there (OpenID CAEP and RISC). */
export const federatedEvents = [
  {
    ...ofUser,
    type: 'federated.account-disabled',
    title: 'The account elsewhere was disabled',
    description:
      'The user cannot log in there any more (RISC, `account-disabled`). Everything issued to the user before is taken back.',
    meaning: 'revocation',
    schema: dataSchema({}, { reason: word('`hijacking`, `bulk-account`, or another word of the sender.') }),
    example: { reason: 'hijacking' },
  },
  {
    ...ofUser,
    type: 'federated.account-enabled',
    title: 'The account elsewhere was enabled',
    description: 'The user can log in there again (RISC, `account-enabled`).',
    schema: nothing,
    example: {},
  },
  {
    ...ofUser,
    type: 'federated.account-purged',
    title: 'The account elsewhere was deleted',
    description:
      'For good (RISC, `account-purged`). Everything issued to the user before is taken back; the user is not erased by it.',
    meaning: 'revocation',
    schema: nothing,
    example: {},
  },
  {
    ...ofUser,
    type: 'federated.assurance-changed',
    title: 'The assurance of a login elsewhere has changed',
    description: 'How sure the other system is of the user (CAEP, `assurance-level-change`).',
    schema: dataSchema(
      { level: word('The level from now on.') },
      {
        previous: word('The level before.'),
        namespace: word('Whose levels these are, such as `NIST-AAL`.'),
        direction: oneOf('Where it went.', ['increase', 'decrease']),
      },
    ),
    example: { level: 'nist-aal1', previous: 'nist-aal2', namespace: 'NIST-AAL', direction: 'decrease' },
  },
  {
    ...ofUser,
    type: 'federated.claims-changed',
    title: 'What tokens of the user say has changed',
    description: 'Only the names of the claims are kept (CAEP, `token-claims-change`).',
    schema: dataSchema({ claims: words('Names of the claims.') }),
    example: { claims: ['groups'] },
  },
  {
    ...ofUser,
    type: 'federated.credential-change-required',
    title: 'The user has to change a credential elsewhere',
    description:
      'Such as a password (RISC, `account-credential-change-required`). Nothing is taken back by this alone.',
    schema: nothing,
    example: {},
  },
  {
    ...ofUser,
    type: 'federated.credential-changed',
    title: 'A credential of the user was changed elsewhere',
    description: 'Made, changed, revoked or deleted (CAEP, `credential-change`).',
    schema: dataSchema({
      kind: word('The kind of credential, such as `password` or `fido2-roaming`.'),
      change: oneOf('What happened to it.', ['create', 'revoke', 'update', 'delete']),
    }),
    example: { kind: 'password', change: 'update' },
  },
  {
    ...ofUser,
    type: 'federated.device-compliance-changed',
    title: 'A device of the user follows the rules, or no longer does',
    description: 'By the judgement of who manages the device (CAEP, `device-compliance-change`).',
    schema: dataSchema(
      { status: oneOf('From now on.', compliance) },
      { previous: oneOf('Before.', compliance) },
    ),
    example: { status: 'not-compliant', previous: 'compliant' },
  },
  {
    ...ofUser,
    type: 'federated.identifier-changed',
    title: 'The address of the account elsewhere has changed',
    description: 'The new address is not kept (RISC, `identifier-changed`).',
    schema: nothing,
    example: {},
  },
  {
    ...ofUser,
    type: 'federated.identifier-recycled',
    title: 'The address of the user belongs to somebody else now',
    description: 'The other system gave it to another account (RISC, `identifier-recycled`).',
    schema: nothing,
    example: {},
  },
  {
    ...ofUser,
    type: 'federated.opt-out-cancelled',
    title: 'The user stays with the exchange of events',
    description: 'An opt-out was called off in time (RISC, `opt-out-cancelled`).',
    schema: nothing,
    example: {},
  },
  {
    ...ofUser,
    type: 'federated.opt-out-effective',
    title: 'The user has left the exchange of events',
    description: 'Nothing more will be said of the account (RISC, `opt-out-effective`).',
    schema: nothing,
    example: {},
  },
  {
    ...ofUser,
    type: 'federated.opt-out-initiated',
    title: 'The user wants to leave the exchange of events',
    description:
      'It takes effect later, so that a hijacker cannot end it at once (RISC, `opt-out-initiated`).',
    schema: nothing,
    example: {},
  },
  {
    ...ofUser,
    type: 'federated.opted-in',
    title: 'The user takes part in the exchange of events',
    description: 'What happens to the account will be said (RISC, `opt-in`).',
    schema: nothing,
    example: {},
  },
  {
    ...ofUser,
    type: 'federated.recovery-activated',
    title: 'The user recovers the account elsewhere',
    description: 'A recovery was begun there (RISC, `recovery-activated`).',
    schema: nothing,
    example: {},
  },
  {
    ...ofUser,
    type: 'federated.recovery-information-changed',
    title: 'How the account elsewhere is recovered has changed',
    description:
      'Such as another recovery address, which is not kept (RISC, `recovery-information-changed`).',
    schema: nothing,
    example: {},
  },
  {
    ...ofUser,
    type: 'federated.session-established',
    title: 'The user has logged in elsewhere',
    description: 'A session began there (CAEP, `session-established`).',
    schema: session,
    example: { acr: 'nist-aal2', amr: ['pwd', 'otp'] },
  },
  {
    ...ofUser,
    type: 'federated.session-presented',
    title: 'A session elsewhere was used',
    description: 'It was seen by the other system at this time (CAEP, `session-presented`).',
    schema: nothing,
    example: {},
  },
  {
    version: 1,
    subject: 'tenant',
    origin: 'outside',
    type: 'federated.stream-verified',
    title: 'Events of another system arrive',
    description: 'Its stream was tried out (OpenID Shared Signals Framework, `verification`).',
    schema: dataSchema({}, { state: word('What the trial was known by.') }),
    example: { state: 'trial-1' },
  },
] as const satisfies readonly EventType[];
