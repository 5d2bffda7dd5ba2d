import type { JsonObject, JsonValue } from '../../domain/json';
import type { DeliverySubject } from '../../persistence/delivery-repository';
import type { DataKey } from '../../security/data-keys';
import { openField, sealField } from '../../security/field-encryption';

/** Version of the layout of what is sealed; the decisions seal with the same. */
const LAYOUT_VERSION = 1;

type Part = 'address' | 'facts';

const contextOf = (of: DeliverySubject, deliveryId: string, part: Part) => ({
  tenantId: of.tenantId,
  userId: of.userId,
  record: `${deliveryId}/${part}`,
  version: LAYOUT_VERSION,
});

/** Seals one part of a delivery, base64. */
export function sealPart(
  dataKey: DataKey,
  of: DeliverySubject,
  deliveryId: string,
  part: Part,
  value: unknown,
): string {
  return sealField(dataKey, JSON.stringify(value), contextOf(of, deliveryId, part)).toString('base64');
}

/** Opens one part of a delivery. @throws SealBroken */
export function openPart(
  dataKey: DataKey,
  of: DeliverySubject,
  deliveryId: string,
  part: Part,
  sealed: Uint8Array,
): JsonValue {
  return JSON.parse(
    openField(dataKey, sealed, contextOf(of, deliveryId, part)).toString('utf8'),
  ) as JsonValue;
}

/** The facts of a delivery; none where it has none. */
export function openFacts(
  dataKey: DataKey,
  of: DeliverySubject,
  deliveryId: string,
  sealed: Uint8Array | null,
): Record<string, unknown> {
  if (sealed === null) return {};
  const facts = openPart(dataKey, of, deliveryId, 'facts', sealed);
  return isObject(facts) ? { ...facts } : {};
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
