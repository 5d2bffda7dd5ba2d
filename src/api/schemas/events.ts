import { z } from 'zod';
import { instantField, userIdField, visibleField } from './fields';

export const MAX_BATCH = 100;

export const eventTypeField = z
  .string()
  .max(100)
  .regex(/^[a-z0-9.-]{1,100}$/)
  .meta({ description: 'Name of a type of event.', examples: ['credential.compromised'] });

const data = z.record(z.string(), z.unknown());

/** One event as the JSON format of CloudEvents 1.0 has it. Extension attributes are let through here. */
export const cloudEventInput = z
  .looseObject({
    specversion: z.literal('1.0'),
    id: visibleField(200, 'What the sender knows the event by: unique within its `source`.', 'a1f0'),
    source: visibleField(200, 'Who sends it, as a URI reference.', 'https://idp.example/breaches'),
    type: eventTypeField,
    subject: userIdField
      .optional()
      .describe('Your own id of the user. Left out for an event that is about none.'),
    time: z.iso
      .datetime({ offset: true })
      .max(40)
      .describe(
        'When it happened (RFC 3339): at most five minutes ahead, and not older than events are kept.',
      ),
    datacontenttype: z
      .string()
      .max(100)
      .regex(/^application\/json(?:;\s*charset=utf-8)?$/i)
      .optional()
      .describe('JSON and nothing else.'),
    dataschema: visibleField(
      500,
      'A URI. Not looked at: the type says the schema.',
      'https://idp.example/s',
    ).optional(),
    data: data.optional().describe('Follows the schema of the type; at most 16 KiB.'),
  })
  .meta({ id: 'CloudEvent' });

export const eventsInput = z.union([cloudEventInput, z.array(cloudEventInput).min(1).max(MAX_BATCH)]);

export const cloudEventExample: z.input<typeof cloudEventInput> = {
  specversion: '1.0',
  id: 'a1f0',
  source: 'https://idp.example/breaches',
  type: 'credential.compromised',
  subject: 'alice',
  time: '2026-11-24T10:15:00Z',
  data: { kind: 'password', reason: 'found in a breach corpus' },
};

const eventIdField = z
  .string()
  .regex(/^evt_\d{1,19}$/)
  .meta({ description: 'Id of the event, as mfaflow gave it.', examples: ['evt_4711'] });

export const acceptedView = z
  .strictObject({
    events: z.array(
      z.strictObject({
        id: eventIdField,
        duplicate: z.boolean().describe('Whether it was there already, so that nothing was done.'),
      }),
    ),
  })
  .meta({ id: 'AcceptedEvents' });

export const eventView = z
  .strictObject({
    id: eventIdField,
    type: z.string(),
    version: z.int().describe('Of the type.'),
    subject: z
      .string()
      .optional()
      .describe('Your own id of the user whom it is about, unless the user was erased.'),
    source: z.string().describe('Who says it: the sender, or the address of this deployment.'),
    time: instantField,
    data,
    outside: z.boolean().describe('Whether another system sent it.'),
  })
  .meta({ id: 'Event' });

export const eventExample: z.output<typeof eventView> = {
  id: 'evt_4711',
  type: 'credential.compromised',
  version: 1,
  subject: 'alice',
  source: 'https://idp.example/breaches',
  time: '2026-11-24T10:15:00.000Z',
  data: { kind: 'password', reason: 'found in a breach corpus' },
  outside: true,
};
