import { Router, type Request, type Response } from 'express';
import { MfaflowProblem, type Authentication } from '../../../client/index';
import type { RouteParts } from '../app';
import { codeOf, fieldOf } from '../form';
import type { BrowserSession } from '../browser-sessions';
import { lockedPage } from '../pages/blocked-page';
import { codePage } from '../pages/code-page';
import { afterRefusal, afterWrongCode, waitOf, type AskedAgain } from './refusals';

/** The second step: a code for the authentication that was begun. */
export function codeRoutes(parts: RouteParts): Router {
  const { mfaflow, sessions } = parts;
  const router = Router();
  const page = (request: Request, session: BrowserSession, message?: string): string =>
    codePage(session, request.query['with'] === 'recovery-code', message);
  const askAgain = (request: Request, response: Response, session: BrowserSession, again: AskedAgain) =>
    response.status(again.status).send(page(request, session, again.message));

  router.get('/code', (request, response) => {
    const session = sessions.of(request, response);
    if (session.authentication === undefined) response.redirect(303, '/login');
    else response.send(page(request, session, waitOf(session.authentication.waitUntil)));
  });

  router.post('/code', async (request, response) => {
    const session = sessions.of(request, response);
    if (session.account === undefined || session.authentication === undefined) {
      response.redirect(303, '/login');
      return;
    }
    try {
      const { id } = session.authentication;
      const answer = await mfaflow.answer(id, codeOf(request.body), fieldOf(request.body, 'attempt'));
      if (answer.status === 'pending')
        askAgain(request, response, session, afterWrongCode(answer.retryAfter));
      else if (answer.status === 'denied') response.status(423).send(lockedPage(answer.retryAfter));
      else await letIn(parts, session, answer, request, response);
    } catch (error) {
      if (error instanceof MfaflowProblem && error.code === 'authentication_closed')
        response.redirect(303, '/login');
      else askAgain(request, response, session, afterRefusal(error));
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
