import { z } from 'zod';
import { messageNames } from '../../delivery/messages/message';
import { channels } from '../../delivery/provider';
import { instantField, localeField } from './fields';

export const messageNameField = z
  .enum(messageNames)
  .meta({ description: 'What the user is told.', examples: ['code'] });

export const channelField = z
  .enum(channels)
  .meta({ description: 'By what it travels. A link is not read out.', examples: ['email'] });

export const templateParams = z.strictObject({
  name: messageNameField,
  channel: channelField,
  locale: localeField,
});

const words = {
  subject: z.string().min(1).max(400).optional().describe('E-mail only: one line, without code and links.'),
  text: z
    .string()
    .min(1)
    .max(8_000)
    .describe('SMS, what is spoken, or the plain part of an e-mail. `{{slot}}` and `{{#slot}}…{{/slot}}`.'),
  html: z
    .string()
    .min(1)
    .max(30_000)
    .optional()
    .describe('E-mail only: the body of the document, of plain elements and the links of the message.'),
};

export const templateWords = z.strictObject(words).meta({ id: 'MessageWords' });

const versionField = z.int().min(1).max(2_147_483_647);

export const templateInput = z
  .strictObject({
    ...words,
    version: versionField
      .optional()
      .describe(
        'The version that this takes the place of; left out when the tenant has none of its own yet.',
      ),
  })
  .meta({ id: 'MessageTemplateRequest' });

const place = {
  name: messageNameField,
  channel: channelField,
  locale: z.string().describe('BCP 47.'),
  source: z.enum(['own', 'shipped']).describe("Whether the words are the tenant's own."),
  version: versionField.optional().describe('Of own words, to be sent with a change of them.'),
  updatedAt: instantField.optional(),
};

export const templatePlaceView = z.strictObject(place).meta({ id: 'MessageTemplatePlace' });

export const templateView = z
  .strictObject({
    ...place,
    subject: z.string().optional(),
    text: z.string(),
    html: z.string().optional(),
    slots: z
      .strictObject({ obligatory: z.array(z.string()), optional: z.array(z.string()) })
      .describe('What the template has to show, and what else it can.'),
  })
  .meta({ id: 'MessageTemplate' });

export const templateListView = z
  .strictObject({
    defaultLocale: z.string().nullable().describe('For users of whom no language is known; null: English.'),
    templates: z.array(templatePlaceView),
  })
  .meta({ id: 'MessageTemplateList' });

export const previewInput = z
  .strictObject({
    name: messageNameField,
    channel: channelField,
    locale: localeField,
    template: templateWords.optional(),
  })
  .meta({ id: 'MessagePreviewRequest' });

export const previewView = z
  .strictObject({
    locale: z.string().describe('Of the words that a user of the asked locale gets, narrowed to the user.'),
    source: z.enum(['given', 'own', 'shipped']),
    subject: z.string().optional(),
    text: z.string(),
    html: z.string().optional().describe('The whole document.'),
    sms: z
      .strictObject({
        encoding: z.enum(['GSM-7', 'UCS-2']),
        units: z.int().describe('Septets, or UTF-16 code units.'),
        segments: z.int().describe('What is sent and paid for.'),
      })
      .optional(),
  })
  .meta({ id: 'MessagePreview' });

export const placeExample: z.output<typeof templatePlaceView> = {
  name: 'code',
  channel: 'sms',
  locale: 'en',
  source: 'own',
  version: 3,
  updatedAt: '2026-11-24T10:15:00.000Z',
};

export const wordsExample: z.output<typeof templateWords> = {
  text: '{{code}} is your code for the shop.{{#validFor}} Valid for {{validFor}}.{{/validFor}}',
};

export const templateExample: z.output<typeof templateView> = {
  ...placeExample,
  ...wordsExample,
  slots: {
    obligatory: ['code'],
    optional: ['tenant', 'validFor', 'at', 'device', 'ip', 'place', 'notMeLink'],
  },
};

export const previewExample: z.output<typeof previewView> = {
  locale: 'en',
  source: 'given',
  text: '492039 is your code for the shop. Valid for 10 minutes.\n\n@shop.example #492039',
  sms: { encoding: 'GSM-7', units: 79, segments: 1 },
};
