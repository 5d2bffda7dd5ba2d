import type { StatusReport } from '../provider';
import { membersOf, readCode, readMembers, readPrice, readReference } from '../provider-words';

const statuses = ['sent', 'delivered', 'undelivered'] as const;

/**
 * Reads `{type: 'message.status', data: {id?, idempotencyKey?, status, code?, price?}}` of a body whose signature held.
 * What names no message or a status of its own tells nothing, and is no forgery.
 */
export function readReports(body: Buffer): readonly StatusReport[] {
  const { type, data } = readMembers(body.toString('utf8'));
  const { id, idempotencyKey, status: given, code, price } = membersOf(data);
  const status = statuses.find((one) => one === given);
  const reference = readReference(id);
  const key = readReference(idempotencyKey).ref;
  if (type !== 'message.status' || status === undefined) return [];
  if (reference.ref === undefined && key === undefined) return [];
  const { amount, currency } = membersOf(price);
  return [
    {
      ...reference,
      ...(key === undefined ? {} : { idempotencyKey: key }),
      status,
      ...(code === undefined ? {} : { code: readCode(code, 'unknown') }),
      ...readPrice(amount, currency),
    },
  ];
}
