import type { z } from 'zod';
import { pointerTo } from '../domain/json';
import type { RequestFault } from './invalid-request';

export type Checked<Output> = { ok: true; value: Output } | { ok: false; faults: RequestFault[] };

const MAX_FAULTS = 20;
/** A name that can be told back to the caller without telling back what may be a secret in the wrong place. */
const plainName = /^[A-Za-z][A-Za-z_-]{0,31}$/;

/** Checks one part of a request. `root` is where its pointers start: empty for the body, `/query` and so on else. */
export function check<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  root: string,
): Checked<z.output<Schema>> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return { ok: true, value: parsed.data };
  const faults = parsed.error.issues.flatMap((issue) => faultsOf(issue, root));
  return { ok: false, faults: faults.slice(0, MAX_FAULTS) };
}

function faultsOf(issue: z.core.$ZodIssue, root: string): RequestFault[] {
  const pointer = issue.path.reduce<string>(
    (parent, step) => pointerTo(parent, step as string | number),
    root,
  );
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) =>
      plainName.test(key)
        ? { pointer: pointerTo(pointer, key), detail: 'is not known here' }
        : { pointer, detail: 'has a field that is not known here' },
    );
  }
  const nearest = issue.code === 'invalid_union' ? issue.errors.find(isInside) : undefined;
  if (nearest !== undefined) return nearest.flatMap((inner) => faultsOf(inner, pointer));
  return [{ pointer, detail: detailOf(issue) }];
}

/** Whether the value is of the shape of this member of a union, and wrong only within: that is what to tell the caller. */
function isInside(issues: readonly z.core.$ZodIssue[]): boolean {
  const within = ['unrecognized_keys', 'too_small', 'too_big'];
  return issues.every(({ path, code }) => path.length > 0 || within.includes(code));
}

/** In our own words: zod's messages may repeat what was sent. */
function detailOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined && issue.expected !== 'nonoptional'
        ? `is missing or not of type ${issue.expected}`
        : `must be of type ${issue.expected}`;
    case 'too_small':
      return `must be at least ${String(issue.minimum)}${unitOf(issue.origin)}`;
    case 'too_big':
      return `must be at most ${String(issue.maximum)}${unitOf(issue.origin)}`;
    case 'invalid_format':
      return `must be a valid ${issue.format === 'regex' ? 'value: see the pattern in /openapi.json' : issue.format}`;
    case 'invalid_value':
      return `must be ${issue.values.length === 1 ? '' : 'one of '}${issue.values.map(String).join(', ')}`;
    case 'custom':
      return issue.message;
    default:
      return 'is not as it must be';
  }
}

function unitOf(origin: string): string {
  if (origin === 'string') return ' characters long';
  if (origin === 'array') return ' items';
  return '';
}
