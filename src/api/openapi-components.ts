import { z } from 'zod';

type Json = Record<string, unknown>;

export interface Components {
  /** The schema, or a reference to it when it has an id. */
  readonly schemaOf: (schema: z.ZodType, io: 'input' | 'output') => Json;
  /** Every schema with an id that was asked for. */
  all(): Record<string, Json>;
}

/** Turns zod's schemas into those of OpenAPI 3.1, which are JSON Schema 2020-12, and gathers those with an id. */
export function createComponents(): Components {
  const named: Record<string, Json> = {};
  return {
    schemaOf(schema, io) {
      const made = z.toJSONSchema(schema, { io, target: 'draft-2020-12', unrepresentable: 'any' }) as Json;
      const { $defs: definitions, id: name, ...plain } = withComponentReferences(made) as Json;
      Reflect.deleteProperty(plain, '$schema');
      Object.assign(named, definitions);
      if (typeof name !== 'string') return plain;
      named[name] = plain;
      return { $ref: `#/components/schemas/${name}` };
    },
    all: () => named,
  };
}

function withComponentReferences(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withComponentReferences);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) =>
      name === '$ref' && typeof member === 'string'
        ? [name, member.replace('#/$defs/', '#/components/schemas/')]
        : [name, withComponentReferences(member)],
    ),
  );
}
