import { randomUUID } from 'node:crypto';
import type { Request, Response } from 'express';
import type { RouteParts } from '../app';
import type { BrowserSession, Destination } from '../browser-sessions';
import { lockedPage, weakPage } from '../pages/blocked-page';

/**
 * Begins a login or a step-up at mfaflow and sends the browser to the code, or to the enrolment when the user has
 * no factor yet.
 */
export async function beginAuthentication(
  { mfaflow }: RouteParts,
  session: BrowserSession,
  purpose: 'login' | 'step-up',
  request: Request,
  response: Response,
  destination?: Destination,
): Promise<void> {
  if (session.account === undefined) {
    response.redirect(303, '/login');
    return;
  }
  const nonce = randomUUID();
  const userAgent = request.get('User-Agent')?.slice(0, 512);
  const { id, status, reason, retryAfter } = await mfaflow.authenticate(session.account.userId, {
    purpose,
    nonce,
    ip: request.ip,
    userAgent,
  });
  if (status === 'pending') {
    const wait = retryAfter === undefined ? {} : { waitUntil: Date.now() + retryAfter * 1000 };
    session.authentication = {
      id,
      nonce,
      purpose,
      ...wait,
      ...(destination === undefined ? {} : { destination }),
    };
    response.redirect(303, '/code');
    return;
  }
  if (reason === 'no_factor') response.redirect(303, '/enrol');
  else if (reason === 'acr_unreachable') response.status(403).send(weakPage());
  else if (reason === 'locked') response.status(423).send(lockedPage(retryAfter));
  else throw new Error(`mfaflow ${status} a ${purpose}: ${reason ?? 'for no reason'}`);
}
