import { timingSafeEqual } from 'node:crypto';

/** A field of a form as text; empty when it was not sent, or sent more than once. */
export function fieldOf(form: unknown, name: string): string {
  const value: unknown = typeof form === 'object' && form !== null ? Reflect.get(form, name) : undefined;
  return typeof value === 'string' ? value : '';
}

/** A code as it was typed. Those of mfaflow are digits and small letters; phones like to write capitals. */
export function codeOf(form: unknown): string {
  return fieldOf(form, 'code').toLowerCase();
}

/** Compares in constant time. */
export function isSame(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)];
  return left.length === right.length && timingSafeEqual(left, right);
}
