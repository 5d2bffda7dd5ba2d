import { z } from 'zod';
import { nameField } from './fields';

const MOST_LENGTH = 16_384;

const line = (most: number): z.ZodString =>
  z
    .string()
    .max(most)
    .regex(/^[^\p{Cc}]*[^\p{Cc}\p{Z}][^\p{Cc}]*$/u);

const propertyName = z
  .string()
  .max(64)
  .regex(/^[A-Za-z][A-Za-z0-9_]{0,63}$/);
const size = z.int().min(0).max(MOST_LENGTH);
const bound = z.int().min(Number.MIN_SAFE_INTEGER).max(Number.MAX_SAFE_INTEGER);

/**
 * What a tenant's own schema can say. No `pattern`: an expression of somebody else can take for ever to match. How deep
 * it is nested is bounded by how deep any body may be.
 */
const ownSchema = z
  .strictObject({
    type: z.enum(['object', 'array', 'string', 'integer', 'boolean']),
    title: line(100).optional(),
    description: line(500).optional(),
    enum: z
      .array(z.union([z.string().max(200), bound]))
      .min(1)
      .max(100)
      .optional(),
    get properties(): z.ZodOptional<z.ZodRecord<typeof propertyName, z.ZodType>> {
      return z.record(propertyName, ownSchema).optional();
    },
    required: z.array(propertyName).max(50).optional(),
    get items(): z.ZodOptional<z.ZodType> {
      return ownSchema.optional();
    },
    minItems: size.optional(),
    maxItems: size.optional(),
    uniqueItems: z.boolean().optional(),
    minLength: size.optional(),
    maxLength: size.optional(),
    minimum: bound.optional(),
    maximum: bound.optional(),
  })
  .meta({ id: 'EventDataSchema' });

const data = z.record(z.string(), z.unknown());
const subject = z
  .enum(['user', 'tenant', 'either'])
  .describe('Whether it names a user: always, never, or where there is one.');

export const ownTypeInput = z
  .strictObject({
    title: nameField,
    description: line(500),
    subject,
    schema: ownSchema.describe(
      'Of `data`: a subset of JSON Schema 2020-12, without `pattern`. What is not listed is refused.',
    ),
    example: data.describe('`data` as it may be; it follows the schema.'),
  })
  .meta({ id: 'EventTypeRequest' });

export const eventTypeView = z
  .strictObject({
    type: z.string(),
    version: z.int(),
    title: z.string(),
    description: z.string(),
    subject,
    origin: z
      .enum(['inside', 'outside', 'both'])
      .describe('Who may say so: mfaflow itself, other systems, or both.'),
    meaning: z
      .enum(['revocation'])
      .optional()
      .describe('What an accepted one does: it takes back everything issued to its user before.'),
    own: z.boolean().describe("Whether it is a type of the tenant's own."),
    schema: z.record(z.string(), z.unknown()).describe('JSON Schema 2020-12 of `data`.'),
    example: data,
  })
  .meta({ id: 'EventType' });

export const eventTypeListView = z
  .strictObject({ types: z.array(eventTypeView) })
  .meta({ id: 'EventTypeList' });

export const ownTypeExample: z.input<typeof ownTypeInput> = {
  title: 'An order was placed',
  description: 'Somebody bought something in the shop.',
  subject: 'user',
  schema: {
    type: 'object',
    required: ['channel'],
    properties: { channel: { type: 'string', enum: ['web', 'shop'] } },
  },
  example: { channel: 'web' },
};

export const eventTypeExample: z.output<typeof eventTypeView> = {
  type: 'order.placed',
  version: 1,
  origin: 'outside',
  own: true,
  ...ownTypeExample,
};
