import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';

/**
 * The address that a request came from: the peer's, or what the outermost trusted proxy wrote down of its own peer. What
 * stands further left in X-Forwarded-For anybody may have made up.
 *
 * @param trustedProxies how many stand in front, each adding one entry at the right
 * @returns undefined when the connection is gone already
 */
export function clientAddressOf(
  request: {
    readonly headers: IncomingHttpHeaders;
    readonly socket: { readonly remoteAddress?: string | undefined };
  },
  trustedProxies: number,
): string | undefined {
  const peer = request.socket.remoteAddress;
  if (trustedProxies === 0) return peer;
  const forwarded = request.headers['x-forwarded-for'];
  const entries = (typeof forwarded === 'string' ? forwarded : '').split(',').map((entry) => entry.trim());
  const named = entries.at(-trustedProxies);
  return named !== undefined && isIP(named) !== 0 ? named : peer;
}
