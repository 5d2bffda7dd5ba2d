import type { Request, Response } from 'express';
import { type ErrorCode, errorCodes, MfaError } from '../../domain/errors';
import type { OpenTicket } from '../../persistence/ticket-repository';
import type { DataKey } from '../../security/data-keys';
import { readTicketToken } from '../../security/ticket';
import { clientAddressOf } from '../client-address';
import { toMfaError } from '../error-translation';
import type { ApiParts } from '../parts';
import type { RequestTrace } from '../request-log';
import { disown } from './disown';
import { formTokenOf, isFormToken, isFromOwnPage, readFormField } from './form';
import { type Wording, wordingFor } from './languages';
import type { Page } from './page';
import { addressConfirmedPage, askingPage, codePage, disownedPage, plainPage } from './pages';
import { redeemConfirmation, redeemLogin } from './redeem';
import { returnUrlOf } from './subject';
import { ticketOfLink } from './ticket-of-link';

/** What a request to a link is answered with: a page, or the way back to the tenant's application. */
export type LinkAnswer =
  | {
      readonly status: number;
      readonly page: Page;
      readonly returnOrigin?: string;
      readonly retryAfter?: number;
    }
  | { readonly status: 303; readonly location: string };

/**
 * Answers a request for the link that ends in `text`. A GET changes nothing, so that scanners and previews do no harm;
 * what is wrong with a link is one answer, whatever it is.
 */
export async function answerLink(
  parts: ApiParts,
  text: string,
  request: Request,
  response: Response,
  trace: RequestTrace,
): Promise<LinkAnswer> {
  const stranger = wordingFor(request.headers['accept-language']);
  try {
    return await answer(parts, text, request, response, trace);
  } catch (error) {
    const known = toMfaError(error);
    trace.code = known.code;
    if (known.code === 'internal' || known.code === 'unavailable') trace.error = error;
    return failed(stranger, known);
  }
}

async function answer(
  parts: ApiParts,
  text: string,
  request: Request,
  response: Response,
  trace: RequestTrace,
): Promise<LinkAnswer> {
  const token = readTicketToken(text);
  if (token === undefined) throw new MfaError('not_found');
  const { ticketKey } = parts.secrets;
  const pressed = request.method === 'POST';
  if (pressed) {
    const form = await readFormField(request, response);
    const isOurs = isFromOwnPage(request, parts.config.issuer) && isFormToken(ticketKey, token, form ?? '');
    if (!isOurs) throw new MfaError('forbidden');
  }
  const address = clientAddressOf(request, parts.config.trustedProxies);
  if (address !== undefined) await parts.rateLimiting.countLink(address);
  const ticket = await ticketOfLink(parts, token);
  if (ticket === undefined) throw new MfaError('not_found');
  trace.tenantId = ticket.tenant_id;
  trace.userId = ticket.user_id;
  const dataKey = await parts.dataKeys.forScope({ tenantId: ticket.tenant_id, userId: ticket.user_id });
  const wording = wordingFor(request.headers['accept-language'], ticket.locale);
  if (pressed) return await redeem(parts, wording, dataKey, ticket);
  const returnOrigin = returnUrlOf(ticket)?.origin;
  return {
    status: 200,
    page: askingPage(wording, dataKey, ticket, formTokenOf(ticketKey, token)),
    ...(returnOrigin === undefined ? {} : { returnOrigin }),
  };
}

async function redeem(
  parts: ApiParts,
  wording: Wording,
  dataKey: DataKey,
  ticket: OpenTicket,
): Promise<LinkAnswer> {
  switch (ticket.purpose) {
    case 'confirm-address':
      await redeemConfirmation(parts, ticket);
      return { status: 200, page: addressConfirmedPage(wording, dataKey, ticket) };
    case 'not-me':
      return { status: 200, page: disownedPage(wording, ticket, await disown(parts, ticket)) };
    case 'login': {
      const login = await redeemLogin(parts, ticket);
      const back = returnUrlOf(ticket);
      if (back === undefined) return { status: 200, page: codePage(wording, ticket, login) };
      back.searchParams.set('authentication', login.authenticationId);
      back.searchParams.set('code', login.code);
      return { status: 303, location: back.href };
    }
  }
}

/** Codes that say nothing of the link: who gets them would get them for every other link too. */
const shown = {
  forbidden: 'elsewhere',
  rate_limited: 'tooMany',
  overloaded: 'unavailable',
  unavailable: 'unavailable',
  internal: 'unavailable',
} as const satisfies Partial<Record<ErrorCode, string>>;

function failed(wording: Wording, error: MfaError): LinkAnswer {
  const { code, retryAfterSeconds } = error;
  if (!isShown(code)) return { status: errorCodes.not_found.status, page: plainPage(wording, 'invalid') };
  return {
    status: errorCodes[code].status,
    page: plainPage(wording, shown[code]),
    ...(retryAfterSeconds === undefined ? {} : { retryAfter: retryAfterSeconds }),
  };
}

function isShown(code: ErrorCode): code is keyof typeof shown {
  return Object.hasOwn(shown, code);
}
