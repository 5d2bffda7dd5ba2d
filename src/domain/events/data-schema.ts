import type { JsonSchema } from '../json-schema';

type Properties = Readonly<Record<string, JsonSchema>>;

/** The schema of an event's `data`: the properties that every event has, and those that one may have. */
export function dataSchema(required: Properties, optional: Properties = {}): JsonSchema {
  return { type: 'object', required: Object.keys(required), properties: { ...required, ...optional } };
}

/** An id that mfaflow gave: random, of letters, digits and underscores. */
export function idOf(what: string): JsonSchema {
  return { type: 'string', description: `Id of ${what}.`, minLength: 1, maxLength: 64 };
}

/** One of these words. */
export function oneOf(description: string, words: readonly string[]): JsonSchema {
  return { type: 'string', description, enum: words };
}

/** A word whose list may grow without another version: read an unknown one as "something else". */
export function word(description: string): JsonSchema {
  return { type: 'string', description, minLength: 1, maxLength: 64 };
}

/** Several such words, a hundred at most. */
export function words(description: string): JsonSchema {
  return {
    type: 'array',
    description,
    maxItems: 100,
    items: { type: 'string', minLength: 1, maxLength: 100 },
  };
}

/** Zero or more, whole. */
export function count(description: string): JsonSchema {
  return { type: 'integer', description, minimum: 0 };
}

export function flag(description: string): JsonSchema {
  return { type: 'boolean', description };
}

/** Text of at most so many characters. */
export function text(description: string, maxLength: number): JsonSchema {
  return { type: 'string', description, maxLength };
}

/** Why somebody says so, in their own words. */
export const reasonText: JsonSchema = text('Why, in words of the sender, without personal data.', 200);

export const factorKind: JsonSchema = word('The kind of factor, such as `totp`.');
