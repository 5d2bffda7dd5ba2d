import { z } from 'zod';
import { instantField } from './fields';

const historyView = z.strictObject({ at: instantField, status: z.string(), code: z.string().optional() });

const sendView = z
  .strictObject({
    id: z.string(),
    provider: z.string(),
    status: z
      .enum(['submitting', 'accepted', 'sent', 'delivered', 'undelivered', 'rejected', 'failed', 'uncertain'])
      .describe('`uncertain`: handed over, and whether the provider took it is not known.'),
    code: z.string().optional().describe('What the provider said of it.'),
    price: z.strictObject({ amount: z.string(), currency: z.string() }).optional(),
    converted: z.boolean().describe('Its code was used.'),
    history: z.array(historyView).describe('Oldest first.'),
  })
  .meta({ id: 'Send' });

export const deliveryView = z
  .strictObject({
    id: z.string(),
    purpose: z.enum(['challenge', 'notice', 'ticket']),
    template: z.string(),
    channel: z.enum(['sms', 'voice', 'email']).optional().describe('Absent of a notice as a whole.'),
    address: z.string().optional().describe('Masked, and only for a key with the scope `audit`.'),
    country: z.string().optional(),
    challengeId: z.string().optional(),
    noticeId: z.string().optional().describe('The notice that this one is a part of.'),
    status: z.enum([
      'queued',
      'expanded',
      'accepted',
      'sent',
      'delivered',
      'undelivered',
      'refused',
      'failed',
      'cancelled',
      'expired',
    ]),
    reason: z.string().optional(),
    uncertain: z.boolean().describe('Of one send at least it is not known whether it was taken.'),
    converted: z.boolean().describe('Its code was used.'),
    createdAt: instantField,
    endedAt: instantField.optional(),
    sends: z.array(sendView).describe('Oldest first.'),
  })
  .meta({ id: 'Delivery' });

export const deliveryExample = {
  id: 'del_8sQ2mC5vX1nB7wKd',
  purpose: 'challenge',
  template: 'code',
  channel: 'sms',
  address: '+•••18',
  country: 'GB',
  challengeId: 'cha_Zk2Lw9VrQx0yB5nA',
  status: 'delivered',
  uncertain: false,
  converted: true,
  createdAt: '2026-11-24T10:15:00.000Z',
  endedAt: '2026-11-24T10:15:04.000Z',
  sends: [
    {
      id: 'snd_4GzXq0bS7kT2mN9c',
      provider: 'twilio',
      status: 'delivered',
      converted: true,
      history: [
        { at: '2026-11-24T10:15:00.000Z', status: 'submitting' },
        { at: '2026-11-24T10:15:01.000Z', status: 'accepted' },
        { at: '2026-11-24T10:15:04.000Z', status: 'delivered' },
      ],
    },
  ],
};

const placeView = z.strictObject({
  channel: z.enum(['sms', 'voice', 'email']),
  country: z.string().describe('ISO 3166-1 alpha-2; `*` for every country, `-` for e-mail.'),
  state: z
    .enum(['healthy', 'failing', 'probing'])
    .describe(
      '`failing`: messages go another way where there is one; `probing`: single ones try whether it works again.',
    ),
  reason: z.string().optional().describe('`failures`, or `conversion`: codes do not come back.'),
  since: instantField.optional(),
  probeAt: instantField.optional().describe('When the next message may try.'),
  sends: z.int().describe('Of the last five minutes.'),
  successRate: z.number().optional().describe('0 to 1; absent while nothing was sent.'),
  codes: z.int().describe('Of the last half hour, those that had two minutes to come back.'),
  conversionRate: z.number().optional(),
});

export const providerView = z
  .strictObject({
    name: z.string(),
    label: z.string(),
    channels: z.array(z.enum(['sms', 'voice', 'email'])),
    honoursIdempotencyKey: z.boolean().describe('The same key handed over twice is one message.'),
    configured: z.boolean().describe('False of one that messages went by and that is not set up any more.'),
    places: z.array(placeView).describe('What was learned, by channel and country.'),
  })
  .meta({ id: 'Provider' });

export const providerExample = {
  name: 'twilio',
  label: 'Twilio',
  channels: ['sms', 'voice'],
  honoursIdempotencyKey: false,
  configured: true,
  places: [
    {
      channel: 'sms',
      country: 'GB',
      state: 'healthy',
      sends: 120,
      successRate: 0.99,
      codes: 310,
      conversionRate: 0.91,
    },
  ],
};
