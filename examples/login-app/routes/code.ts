import { createHash } from 'node:crypto';
import { Router, type Request, type Response } from 'express';
import { MfaflowProblem, type Authentication } from '../../../client/index';
import type { RouteParts } from '../app';
import { codeOf, fieldOf } from '../form';
import type { BrowserSession, OpenAuthentication } from '../browser-sessions';
import { lockedPage } from '../pages/blocked-page';
import { askedFor, codePage, elsewherePage } from '../pages/code-page';
import { afterRefusal, afterWrongCode, tooEarly, waitOf, type AskedAgain } from './refusals';

/** Seconds that a page waits for a message under way, rather than saying that it is. */
const patience = 2;

/** The second step: a code for the authentication that was begun. */
export function codeRoutes(parts: RouteParts): Router {
  const { mfaflow, sessions } = parts;
  const router = Router();
  const typedIn = (request: Request): string | undefined => {
    const typed = request.query['with'];
    return typeof typed === 'string' && /^\w{1,64}$/.test(typed) ? typed : undefined;
  };

  /** What mfaflow says now; undefined when the authentication is over. */
  async function pending({ id }: OpenAuthentication): Promise<Authentication | undefined> {
    const now = await mfaflow.authentication(id);
    if (now.status !== 'pending') return undefined;
    return now.challenge?.delivery === 'delivering' ? await mfaflow.authentication(id, patience) : now;
  }

  async function ask(
    request: Request,
    response: Response,
    session: BrowserSession,
    again?: Partial<AskedAgain>,
  ): Promise<void> {
    const now = session.authentication && (await pending(session.authentication));
    if (now === undefined) response.redirect(303, '/login');
    else {
      const page = codePage(session, askedFor(now, typedIn(request)), again?.message);
      response.status(again?.status ?? 200).send(page);
    }
  }

  async function answer(
    request: Request,
    response: Response,
    session: BrowserSession,
    given: { code: string; factorId?: string | undefined; attempt: string },
  ): Promise<void> {
    if (session.account === undefined || session.authentication === undefined) {
      response.redirect(303, '/login');
      return;
    }
    try {
      const { id } = session.authentication;
      const answered = await mfaflow.answer(id, given.factorId, given.code, given.attempt);
      if (answered.status === 'pending')
        await ask(request, response, session, afterWrongCode(answered.retryAfter));
      else if (answered.status === 'denied') response.status(423).send(lockedPage(answered.retryAfter));
      else await letIn(parts, session, answered, request, response);
    } catch (error) {
      if (error instanceof MfaflowProblem && error.code === 'authentication_closed')
        response.redirect(303, '/login');
      else await ask(request, response, session, afterRefusal(error));
    }
  }

  router.get('/code', async (request, response) => {
    const session = sessions.of(request, response);
    const message = 'early' in request.query ? tooEarly : waitOf(session.authentication?.waitUntil);
    await ask(request, response, session, message === undefined ? {} : { message });
  });

  router.post('/code', async (request, response) => {
    const session = sessions.of(request, response);
    const code = codeOf(request.body);
    const attempt = fieldOf(request.body, 'attempt');
    await answer(request, response, session, { code, attempt, factorId: typedIn(request) });
  });

  /**
   * Where a login link leads in the end. The browser in which the login was begun is let in; in any other one nothing
   * happens, so that whoever has talked somebody into opening a link has gained nothing by it.
   */
  router.get('/code/return', async (request, response) => {
    const { authentication, code } = request.query;
    if (typeof code !== 'string' || !/^\d{6}$/.test(code)) {
      response.redirect(303, '/code');
      return;
    }
    const session = sessions.of(request, response);
    const begun = session.authentication?.id;
    if (begun === undefined || begun !== authentication) {
      response.send(elsewherePage(code));
      return;
    }
    // The same for each time that the page is loaded, so that a second one counts no wrong code.
    const attempt = createHash('sha256').update(`${begun} ${code}`).digest('base64url');
    await answer(request, response, session, { code, attempt });
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
  const { nonce, purpose, destination } = authentication;
  await verifyAssertion(assertion, { userId: account.userId, nonce, purpose });
  if (purpose === 'login' && opened?.token !== undefined) {
    sessions.renew(request, response, { account, login: { sessionId: opened.id, token: opened.token } });
    response.redirect(303, '/');
    return;
  }
  delete session.authentication;
  session.stepUp = assertion;
  response.redirect(303, destination ?? '/recovery-codes/new');
}
