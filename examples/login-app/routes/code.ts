import { Router, type Request, type Response } from 'express';
import { fieldOf, type RouteParts } from '../app';
import type { BrowserSession } from '../browser-sessions';
import { Refused, type Authentication } from '../mfaflow';
import { durationOf, lockedPage } from '../pages/blocked-page';
import { codePage } from '../pages/code-page';

/** The second step: a code for the authentication that was begun. */
export function codeRoutes(parts: RouteParts): Router {
  const { mfaflow, sessions } = parts;
  const router = Router();
  const page = (request: Request, session: BrowserSession, message?: string): string =>
    codePage(session, request.query['with'] === 'recovery-code', message);

  router.get('/code', (request, response) => {
    const session = sessions.of(request, response);
    if (session.authentication === undefined) response.redirect(303, '/login');
    else response.send(page(request, session));
  });

  router.post('/code', async (request, response) => {
    const session = sessions.of(request, response);
    if (session.account === undefined || session.authentication === undefined) {
      response.redirect(303, '/login');
      return;
    }
    try {
      const { id } = session.authentication;
      const answer = await mfaflow.answer(
        id,
        fieldOf(request.body, 'code'),
        fieldOf(request.body, 'attempt'),
      );
      if (answer.status === 'pending')
        response.status(401).send(page(request, session, afterWrongCode(answer.retryAfter)));
      else if (answer.status === 'denied') response.status(423).send(lockedPage(answer.retryAfter));
      else await letIn(parts, session, answer, request, response);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (error.code === 'authentication_closed') response.redirect(303, '/login');
      else if (error.code === 'invalid_request')
        response.status(401).send(page(request, session, afterWrongCode(undefined)));
      else if (error.code === 'try_later')
        response.status(429).send(page(request, session, wait(error.retryAfter)));
      else throw error;
    }
  });

  return router;
}

/** Trusts what mfaflow answered only after the assertion says the same. */
async function letIn(
  { sessions, verifyAssertion }: RouteParts,
  session: BrowserSession,
  { assertion = '', session: opened }: Authentication,
  request: Request,
  response: Response,
): Promise<void> {
  const { account, authentication } = session;
  if (account === undefined || authentication === undefined) return;
  const { nonce, purpose } = authentication;
  await verifyAssertion(assertion, { userId: account.userId, nonce, purpose });
  if (purpose === 'login' && opened?.token !== undefined) {
    sessions.renew(request, response, { account, login: { sessionId: opened.id, token: opened.token } });
    response.redirect(303, '/');
    return;
  }
  delete session.authentication;
  session.stepUp = assertion;
  response.redirect(303, '/recovery-codes/new');
}

export function afterWrongCode(retryAfter: number | undefined): string {
  const sentence = 'That code is not right. A code works once: if you have used it, wait for the next.';
  return retryAfter === undefined ? sentence : `${sentence} ${wait(retryAfter)}`;
}

export function wait(retryAfter = 1): string {
  return `After several wrong codes you have to wait: try again in ${durationOf(retryAfter)}.`;
}
