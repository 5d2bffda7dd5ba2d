import type { EventType } from './event-type';
import { dataSchema, oneOf, text, word } from './data-schema';

const schema = dataSchema(
  {
    provider: word('The provider, such as `twilio`.'),
    channel: oneOf('The channel that it serves.', ['sms', 'voice', 'email']),
    country: text('The country (ISO 3166-1 alpha-2), or a mark for everywhere.', 10),
  },
  { reason: word('Why it counted as failing.') },
);
const example = { provider: 'twilio', channel: 'sms', country: 'DE', reason: 'failures' };

/** Those who carry messages. They belong to the whole installation, and to no tenant. */
export const providerEvents = [
  {
    type: 'provider.failing',
    version: 1,
    title: 'A provider fails',
    description: 'Messages go by others until it has recovered.',
    subject: 'tenant',
    origin: 'inside',
    schema,
    example,
  },
  {
    type: 'provider.recovered',
    version: 1,
    title: 'A provider has recovered',
    description: 'Messages go by it again.',
    subject: 'tenant',
    origin: 'inside',
    schema,
    example,
  },
] as const satisfies readonly EventType[];
