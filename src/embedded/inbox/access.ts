import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const loopbackHost = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?$/i;

/**
 * Whether the browser of this machine asks, by an address of this machine. A name of somebody else's that resolves to
 * 127.0.0.1 (DNS rebinding) is in the Host header, and a page of another site is told by Fetch Metadata: it may link
 * here, and read nothing.
 */
export function isLocal({ headers }: IncomingMessage): boolean {
  if (!loopbackHost.test(headers.host ?? '')) return false;
  const site = headers['sec-fetch-site'];
  const isOwn = site === undefined || site === 'same-origin' || site === 'none';
  return isOwn || (headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document');
}

export function presentsKey({ headers }: IncomingMessage, key: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(headers.authorization ?? ''), digest(`Bearer ${key}`));
}
