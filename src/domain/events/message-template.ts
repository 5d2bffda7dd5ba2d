import type { EventType } from './event-type';
import { count, dataSchema, oneOf, text, word } from './data-schema';

const key = {
  name: word('The message, such as `login-code`.'),
  channel: oneOf('How it travels.', ['sms', 'voice', 'email']),
  locale: text('The language (BCP 47).', 100),
};
const example = { name: 'login-code', channel: 'sms', locale: 'de' };

/** A tenant's own words. */
export const messageTemplateEvents = [
  {
    type: 'message-template.removed',
    version: 1,
    title: 'A message template was removed',
    description: 'The shipped words are sent from now on.',
    subject: 'tenant',
    origin: 'inside',
    schema: dataSchema(key),
    example,
  },
  {
    type: 'message-template.written',
    version: 1,
    title: 'A message template was written',
    description: 'Words of the tenant are sent from now on.',
    subject: 'tenant',
    origin: 'inside',
    schema: dataSchema({ ...key, version: count('The version of the template.') }),
    example: { ...example, version: 2 },
  },
] as const satisfies readonly EventType[];
