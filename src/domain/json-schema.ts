import { isPlainObject, pointerTo, type JsonValue } from './json';

/**
 * The subset of JSON Schema 2020-12 in which contracts describe their configuration: enough to draw a form and to refuse
 * what does not fit. An object takes the properties that are listed and no others.
 */
export interface JsonSchema {
  readonly type: 'object' | 'array' | 'string' | 'integer' | 'boolean';
  readonly title?: string;
  readonly description?: string;
  readonly default?: JsonValue;
  readonly enum?: readonly (string | number)[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  /** `cel`: a condition, compiled with the flow. `factor-kind`: a kind of the factor catalogue, or `*`. */
  readonly format?: 'cel' | 'factor-kind';
}

export interface SchemaFault {
  readonly pointer: string;
  readonly detail: string;
}

/**
 * What in `value` does not fit `schema`; empty when all of it does. Work is bounded by the schema and by `limit` faults,
 * not by how large a hostile value is.
 */
export function schemaFaults(schema: JsonSchema, value: unknown, pointer = '', limit = 20): SchemaFault[] {
  const faults: SchemaFault[] = [];
  check(schema, value, pointer, (at, detail) => {
    faults.push({ pointer: at, detail });
    return faults.length < limit;
  });
  return faults.slice(0, limit);
}

type Report = (pointer: string, detail: string) => boolean;

function check(schema: JsonSchema, value: unknown, pointer: string, report: Report): boolean {
  if (!isOfType(schema.type, value)) return report(pointer, `must be of type ${schema.type}`);
  if (schema.enum !== undefined && !schema.enum.includes(value as string | number)) {
    return report(pointer, `must be one of ${schema.enum.join(', ')}`);
  }
  if (typeof value === 'string') return checkString(schema, value, pointer, report);
  if (typeof value === 'number') return checkNumber(schema, value, pointer, report);
  if (Array.isArray(value)) return checkArray(schema, value, pointer, report);
  if (isPlainObject(value)) return checkObject(schema, value, pointer, report);
  return true;
}

function isOfType(type: JsonSchema['type'], value: unknown): boolean {
  if (type === 'object') return isPlainObject(value);
  if (type === 'array') return Array.isArray(value);
  if (type === 'integer') return Number.isSafeInteger(value);
  return typeof value === type;
}

function checkString(schema: JsonSchema, value: string, pointer: string, report: Report): boolean {
  if (value.length < (schema.minLength ?? 0)) return report(pointer, 'is too short');
  if (value.length > (schema.maxLength ?? Infinity)) return report(pointer, 'is too long');
  // Patterns come from contracts, never from a tenant.
  if (schema.pattern !== undefined && !new RegExp(schema.pattern, 'u').test(value)) {
    return report(pointer, `must match ${schema.pattern}`);
  }
  return true;
}

function checkNumber(schema: JsonSchema, value: number, pointer: string, report: Report): boolean {
  if (value < (schema.minimum ?? -Infinity))
    return report(pointer, `must be at least ${schema.minimum ?? ''}`);
  if (value > (schema.maximum ?? Infinity)) return report(pointer, `must be at most ${schema.maximum ?? ''}`);
  return true;
}

function checkArray(schema: JsonSchema, value: readonly unknown[], pointer: string, report: Report): boolean {
  if (value.length < (schema.minItems ?? 0)) return report(pointer, 'has too few items');
  if (value.length > (schema.maxItems ?? Infinity)) return report(pointer, 'has too many items');
  if (schema.uniqueItems === true && new Set(value).size !== value.length) {
    return report(pointer, 'has an item twice');
  }
  const { items } = schema;
  if (items === undefined) return true;
  return value.every((item, index) => check(items, item, pointerTo(pointer, index), report));
}

function checkObject(
  schema: JsonSchema,
  value: Record<string, unknown>,
  pointer: string,
  report: Report,
): boolean {
  const properties = new Map(Object.entries(schema.properties ?? {}));
  for (const name of schema.required ?? []) {
    if (!Object.hasOwn(value, name) && !report(pointerTo(pointer, name), 'is required')) return false;
  }
  for (const [name, member] of Object.entries(value)) {
    const property = properties.get(name);
    const goesOn =
      property === undefined
        ? report(pointerTo(pointer, name.slice(0, 100)), 'is not known here')
        : check(property, member, pointerTo(pointer, name), report);
    if (!goesOn) return false;
  }
  return true;
}
