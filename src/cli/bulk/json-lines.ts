import { MfaError } from '../../domain/errors';
import type { JsonObject } from '../../domain/json';
import type { RawLine } from './import-line';

const fields = new Set(['id', 'groups', 'locale', 'emails', 'phones', 'factors']);

/** @throws MfaError `invalid_request`; its detail repeats nothing of the line */
export function readJsonLine(text: string): RawLine {
  const line = parse(text);
  if (Object.keys(line).some((field) => !fields.has(field)))
    throw refused(`The line has a field that is not known: there are ${[...fields].join(', ')}.`);
  const factors = listOf(line['factors'], 'factors');
  if (!factors.every(isObject)) throw refused('Each factor must be an object.');
  return {
    id: line['id'],
    groups: line['groups'],
    locale: line['locale'],
    addresses: [
      ...listOf(line['emails'], 'emails').map((one) => addressOf('email', one)),
      ...listOf(line['phones'], 'phones').map((one) => addressOf('phone', one)),
    ],
    factors,
  };
}

function parse(text: string): JsonObject {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    // The parser's own message quotes the line.
    throw refused('The line is not JSON.');
  }
  if (!isObject(parsed)) throw refused('The line must be a JSON object.');
  return parsed;
}

/** An address alone, or with whether it is verified. */
function addressOf(kind: 'email' | 'phone', given: unknown): RawLine['addresses'][number] {
  if (!isObject(given)) return { kind, address: given, verified: false };
  const { address, verified = false, ...more } = given;
  if (Object.keys(more).length > 0) throw refused('An address has a field that is not known.');
  return { kind, address, verified };
}

function listOf(value: unknown, field: string): unknown[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw refused(`The field ${field} must be a list.`);
  return value as unknown[];
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function refused(detail: string): MfaError {
  return new MfaError('invalid_request', { detail });
}
