import type { EventType } from './event-type';
import { dataSchema, idOf, reasonText, text } from './data-schema';

const schema = dataSchema({ sessionId: idOf('the session') });
const example = { sessionId: 'ses_7Qm2XkP9Lc' };

/** What becomes of sessions. */
export const sessionEvents = [
  {
    type: 'session.refreshed',
    version: 1,
    title: 'A session was refreshed',
    description: 'It has a new token; the one before is spent.',
    subject: 'user',
    origin: 'inside',
    schema,
    example,
  },
  {
    type: 'session.revoked',
    version: 1,
    title: 'A session was revoked',
    description: 'It is refused from now on, or every session of the user is.',
    subject: 'user',
    origin: 'inside',
    schema: dataSchema(
      { sessionId: { ...idOf('the session'), description: 'Id of the session, or `all`.' } },
      { reason: text('Why: a word of mfaflow such as `token_reuse`, or words of whoever revoked it.', 500) },
    ),
    example: { ...example, reason: 'disowned' },
  },
  {
    type: 'session.started',
    version: 1,
    title: 'A session was started',
    description: 'A login was approved.',
    subject: 'user',
    origin: 'inside',
    schema,
    example,
  },
  {
    type: 'session.suspicious',
    version: 1,
    title: 'A session of the user looks stolen',
    description:
      'Another system has seen a session behave as if somebody else had it (OpenID CAEP). Everything issued to the user before is taken back.',
    subject: 'user',
    origin: 'outside',
    meaning: 'revocation',
    schema: dataSchema({}, { sessionId: idOf('the session, where it is known'), reason: reasonText }),
    example: { ...example, reason: 'token seen from two continents' },
  },
] as const satisfies readonly EventType[];
