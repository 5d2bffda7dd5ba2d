import { createHmac, timingSafeEqual } from 'node:crypto';
import express, { type Request, type RequestHandler, type Response } from 'express';
import type { ReadTicketToken } from '../../security/ticket';

/** Bytes: the form has one field. */
const LONGEST_BODY = 1_024;

/**
 * What the form of a ticket's page holds: whoever sends it has seen the page. Derived from the link, so that no cookie
 * and no row is needed; it is worth nothing without the link.
 *
 * @param ticketKey of the deployment secrets
 * @returns base64url
 */
export function formTokenOf(ticketKey: Buffer, { ticketId, mac }: ReadTicketToken): string {
  // JSON keeps the parts apart; the first one keeps this use of the key apart from its others.
  return createHmac('sha256', ticketKey)
    .update(JSON.stringify(['form', ticketId, mac]), 'utf8')
    .digest('base64url');
}

/** Compares in constant time. */
export function isFormToken(ticketKey: Buffer, token: ReadTicketToken, given: string): boolean {
  const own = Buffer.from(formTokenOf(ticketKey, token));
  const sent = Buffer.from(given);
  return own.length === sent.length && timingSafeEqual(own, sent);
}

// Nothing is inflated: a small compressed body can hold a large one.
const parse: RequestHandler = express.urlencoded({
  extended: false,
  limit: LONGEST_BODY,
  parameterLimit: 4,
  inflate: false,
});

/**
 * The `form` field of a body that a browser's form sent (`application/x-www-form-urlencoded`).
 *
 * @returns undefined when there is no such body, or one that cannot be it
 */
export async function readFormField(request: Request, response: Response): Promise<string | undefined> {
  const readable = await new Promise<boolean>((resolve) => {
    parse(request, response, (error?: unknown) => resolve(error === undefined));
  });
  const body: unknown = readable ? request.body : undefined;
  if (typeof body !== 'object' || body === null || !Object.hasOwn(body, 'form')) return undefined;
  const sent: unknown = Reflect.get(body, 'form');
  return typeof sent === 'string' ? sent : undefined;
}

/**
 * Whether a browser says that the request came from a page of ours (OWASP ASVS 5.0 V3.5: Sec-Fetch-Site and Origin).
 * Every browser sends one of them with a form; what sends neither is none.
 *
 * @param publicUrl where the service is reached
 */
export function isFromOwnPage(request: Pick<Request, 'headers'>, publicUrl: string): boolean {
  const { origin, host } = request.headers;
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin') return false;
  // Some browsers are set to withhold Origin; what they say of the site no script can say in their place.
  if (origin === undefined || origin === 'null') return site === 'same-origin';
  if (!URL.canParse(origin)) return false;
  const sent = new URL(origin);
  return sent.origin === new URL(publicUrl).origin || sent.host === host?.toLowerCase();
}
