import { createHmac, timingSafeEqual } from 'node:crypto';

/** Standard Webhooks, "Verifying webhook authenticity": what lies further apart may be a replay. */
const TOLERANCE_SECONDS = 300;

/** What is signed: id, instant and bytes of a body. `timestamp`: seconds of the wall clock. */
export interface SignedContent {
  readonly id: string;
  readonly timestamp: number;
  readonly body: string | Buffer;
}

/** @returns the three headers of Standard Webhooks, in lower case. */
export function signatureHeaders(secret: Buffer, content: SignedContent): Record<string, string> {
  return {
    'webhook-id': content.id,
    'webhook-timestamp': String(content.timestamp),
    'webhook-signature': `v1,${macOf(secret, content).toString('base64')}`,
  };
}

/**
 * Whether a body came from who holds the secret, within five minutes of now. Several signatures, apart by blanks, are
 * allowed so that a secret can be changed; one that holds is enough.
 */
export function isSigned(
  secret: Buffer,
  headers: Readonly<Record<string, string | undefined>>,
  body: Buffer,
  nowSeconds: number,
): boolean {
  const {
    'webhook-id': id = '',
    'webhook-timestamp': instant = '',
    'webhook-signature': given = '',
  } = headers;
  if (id === '' || !/^\d{1,12}$/.test(instant)) return false;
  const timestamp = Number(instant);
  if (Math.abs(nowSeconds - timestamp) > TOLERANCE_SECONDS) return false;
  const mac = macOf(secret, { id, timestamp: timestamp, body });
  return given
    .split(' ')
    .filter((signature) => signature.startsWith('v1,'))
    .some((signature) => isSame(Buffer.from(signature.slice(3), 'base64'), mac));
}

function macOf(secret: Buffer, { id, timestamp, body }: SignedContent): Buffer {
  return createHmac('sha256', secret)
    .update(`${id}.${String(timestamp)}.`)
    .update(body)
    .digest();
}

function isSame(one: Buffer, other: Buffer): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}
