import { createHmac } from 'node:crypto';

/**
 * What a tenant's id of a user is known by once the user is erased: HMAC-SHA-256, so that whoever asks by the id is
 * answered and whoever reads the table finds no id in it.
 * @param key 32 bytes, the deployment's `blindIndexKey`
 */
export function erasedSubjectOf(key: Buffer, tenantId: string, externalId: string): Buffer {
  return createHmac('sha256', key)
    .update(JSON.stringify(['erased-user', tenantId, externalId]), 'utf8')
    .digest();
}
