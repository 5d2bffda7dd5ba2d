import type { z } from 'zod';
import { InvalidRequest } from './invalid-request';
import { check } from './validation';

/**
 * One part of a request as its schema reads it. `root` is where pointers start, as for `check`.
 *
 * @throws {InvalidRequest}
 */
export function valid<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  root: string,
): z.output<Schema> {
  const checked = check(schema, value, root);
  if (!checked.ok) throw new InvalidRequest(checked.faults);
  return checked.value;
}
