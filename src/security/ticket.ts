import { createHmac, timingSafeEqual } from 'node:crypto';

/** What the token of a one-time link is derived from. */
export interface TicketSeed {
  readonly ticketId: string;
  /** Random, kept beside the ticket and gone once it is redeemed: no token can be made again after that. */
  readonly salt: string;
}

/** What a token says. Whether there is such a ticket and the MAC is its own, the database and the key say. */
export interface ReadTicketToken {
  readonly ticketId: string;
  /** Base64url. */
  readonly mac: string;
}

const shape = /^([A-Za-z0-9_]{1,64})\.([A-Za-z0-9_-]{43})$/;

/**
 * `<ticket id>.<HMAC-SHA-256>`, base64url: what stands at the end of a one-time link. The same token for the same
 * ticket, so that a retry sends the link that was sent before, and no table holds it.
 *
 * @param ticketKey of the deployment secrets
 */
export function ticketToken(ticketKey: Buffer, ticket: TicketSeed): string {
  return `${ticket.ticketId}.${macOf(ticketKey, ticket).toString('base64url')}`;
}

/** The one-time link that a token stands at the end of. */
export function ticketUrl(publicUrl: string, token: string): string {
  return `${publicUrl.replace(/\/+$/, '')}/t/${token}`;
}

/** Reads the form of a token; undefined for whatever cannot be one. One token, one spelling: no spare bits at its end. */
export function readTicketToken(text: string): ReadTicketToken | undefined {
  const [, ticketId, mac] = shape.exec(text) ?? [];
  if (ticketId === undefined || mac === undefined) return undefined;
  if (Buffer.from(mac, 'base64url').toString('base64url') !== mac) return undefined;
  return { ticketId, mac };
}

/**
 * Whether a MAC, as `readTicketToken` gives it, is the ticket's; compared in constant time.
 *
 * @param ticketKey of the deployment secrets
 */
export function isTicketToken(ticketKey: Buffer, ticket: TicketSeed, mac: string): boolean {
  const given = Buffer.from(mac, 'base64url');
  const own = macOf(ticketKey, ticket);
  return given.length === own.length && timingSafeEqual(given, own);
}

function macOf(ticketKey: Buffer, { ticketId, salt }: TicketSeed): Buffer {
  return createHmac('sha256', ticketKey)
    .update(JSON.stringify(['ticket', ticketId, salt]), 'utf8')
    .digest();
}
