import type { JsonValue } from '../domain/json';
import { openField } from '../security/field-encryption';
import type { RouteCall } from './route';

/** Version of the layout of what is sealed; the decisions seal with the same. */
export const RECORD_VERSION = 1;

/** Opens JSON that a decision sealed under the key of the request's user, as a part of `record`. */
export async function openRecord(
  call: RouteCall<unknown, unknown, unknown>,
  record: string,
  sealed: Uint8Array,
): Promise<JsonValue> {
  const scope = { tenantId: call.caller.tenantId, userId: call.user.userId };
  const dataKey = await call.parts.dataKeys.forScope(scope);
  const opened = openField(dataKey, sealed, { ...scope, record, version: RECORD_VERSION });
  return JSON.parse(opened.toString('utf8')) as JsonValue;
}
