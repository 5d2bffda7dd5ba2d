import type { EventType } from './event-type';
import { dataSchema, idOf, oneOf, word } from './data-schema';

/** Messages to users. */
export const deliveryEvents = [
  {
    type: 'delivery.failed',
    version: 1,
    title: 'A message did not reach the user',
    description: 'No provider is asked for it any more.',
    subject: 'user',
    origin: 'inside',
    schema: dataSchema(
      {
        deliveryId: idOf('the delivery'),
        purpose: oneOf('What the message was for.', ['challenge', 'notice', 'ticket']),
        template: word('The message, such as `login-code`.'),
        status: oneOf('How it ended.', ['undelivered', 'refused', 'failed', 'expired']),
        reason: word('Why, such as `address_refused`.'),
      },
      {
        channel: oneOf('How it was to travel, where that was known.', ['sms', 'voice', 'email']),
        challengeId: idOf('the challenge whose code it held'),
      },
    ),
    example: {
      deliveryId: 'del_6Jx4BnM8Rg',
      channel: 'sms',
      purpose: 'challenge',
      template: 'login-code',
      challengeId: 'cha_1Lp7SdY3Fe',
      status: 'undelivered',
      reason: 'address_refused',
    },
  },
] as const satisfies readonly EventType[];
