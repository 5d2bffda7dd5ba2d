import { createHmac } from 'node:crypto';

/** HMAC-SHA-256, base64url: for what is stored only to be compared, such as recovery codes. */
export function keyedHash(key: Buffer): (value: string) => string {
  return (value) => createHmac('sha256', key).update(value).digest('base64url');
}
