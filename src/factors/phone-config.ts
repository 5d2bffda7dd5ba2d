import type { JsonSchema } from '../domain/json-schema';

/** Enrolment of a kind that reaches a phone: its number, already brought to E.164 (ITU-T E.164 §6.2.1: 15 digits at most). */
export const phoneConfig: JsonSchema = {
  type: 'object',
  required: ['phone'],
  properties: {
    phone: {
      type: 'string',
      title: 'Phone number',
      description: 'In its international form: +, country code, number.',
      pattern: '^\\+[1-9][0-9]{5,14}$',
      maxLength: 16,
    },
  },
};
