import { pointerTo } from '../domain/json';
import type { RequestFault } from './invalid-request';

const MAX_DEPTH = 8;
/** Names that reach an object's prototype when a later merge is careless. */
const prototypeNames = new Set(['__proto__', 'constructor', 'prototype']);
const loneSurrogate = /\p{Surrogate}/u;

/**
 * What no JSON body may hold, wherever it is: names of the prototype chain, NUL (Postgres takes none), halves of a
 * surrogate pair (no UTF-8), and more nesting than any route declares.
 *
 * @returns the first fault, or undefined
 */
export function jsonFault(value: unknown, pointer = '', depth = 0): RequestFault | undefined {
  if (typeof value === 'string') return textFault(value, pointer);
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth >= MAX_DEPTH) return { pointer, detail: 'is nested too deeply' };
  if (Array.isArray(value)) return firstFault(value.entries(), pointer, depth);
  for (const name of Object.keys(value)) {
    if (prototypeNames.has(name) || textFault(name, pointer) !== undefined) {
      return { pointer, detail: 'has a field of a name that is not allowed' };
    }
  }
  return firstFault(Object.entries(value), pointer, depth);
}

function textFault(text: string, pointer: string): RequestFault | undefined {
  if (text.includes('\0')) return { pointer, detail: 'must not hold NUL' };
  if (loneSurrogate.test(text)) return { pointer, detail: 'must be well-formed Unicode' };
  return undefined;
}

function firstFault(
  entries: Iterable<[string | number, unknown]>,
  pointer: string,
  depth: number,
): RequestFault | undefined {
  for (const [name, member] of entries) {
    const fault = jsonFault(member, pointerTo(pointer, name), depth + 1);
    if (fault !== undefined) return fault;
  }
  return undefined;
}
