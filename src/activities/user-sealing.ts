import type { JsonValue } from '../domain/json';
import { openField, sealField } from '../security/field-encryption';
import type { DataKey } from '../security/data-keys';
import type { UserSealing } from './decision';

/** Version of the layout of what is sealed; part of the associated data, so that layouts cannot be mixed up. */
const LAYOUT_VERSION = 1;

export function userSealing(dataKey: DataKey, tenantId: string, userId: string): UserSealing {
  const context = (record: string) => ({ tenantId, userId, record, version: LAYOUT_VERSION });
  return {
    seal: (record, value) => sealField(dataKey, JSON.stringify(value), context(record)).toString('base64'),
    open: (record, sealed) =>
      JSON.parse(
        openField(dataKey, Buffer.from(sealed, 'base64'), context(record)).toString('utf8'),
      ) as JsonValue,
  };
}
