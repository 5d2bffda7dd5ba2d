import type { Price } from './provider';

/** What is taken over from a provider's own words: bounded, and too short of digits to hold a number of a person. */
const codeShape = /^(?!.*\d{6})[A-Za-z][A-Za-z0-9_]{0,39}$/;
const referenceShape = /^[\w.:@+=/-]{1,128}$/;
const amountShape = /^-?(\d{1,9}(?:\.\d{1,8})?)$/;

/** @returns the provider's code in lower case, or `otherwise` where it is none that may be kept. */
export function readCode(given: unknown, otherwise: string): string {
  return typeof given === 'string' && codeShape.test(given) ? given.toLowerCase() : otherwise;
}

/** @returns the id that a message has at its provider. */
export function readReference(given: unknown): { readonly ref?: string } {
  return typeof given === 'string' && referenceShape.test(given) ? { ref: given } : {};
}

/** @returns the price; providers that book a debit write it below zero. */
export function readPrice(amount: unknown, currency: unknown): { readonly price?: Price } {
  const digits = typeof amount === 'string' ? amountShape.exec(amount)?.[1] : undefined;
  const code = typeof currency === 'string' ? currency.toUpperCase() : '';
  return digits !== undefined && /^[A-Z]{3}$/.test(code) ? { price: { amount: digits, currency: code } } : {};
}

/** @returns the members of a JSON object; none for what is no object or no JSON. */
export function readMembers(text: string): Readonly<Record<string, unknown>> {
  try {
    return membersOf(JSON.parse(text));
  } catch {
    return {};
  }
}

/** @returns the members of an object; none for what is no object. */
export function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
