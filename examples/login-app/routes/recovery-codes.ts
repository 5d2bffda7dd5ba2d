import { Router, type Response } from 'express';
import { MfaflowProblem } from '../../../client/index';
import type { RouteParts } from '../app';
import { codeOf, fieldOf } from '../form';
import type { BrowserSession } from '../browser-sessions';
import { newRecoveryCodesPage, recoveryCodesPage } from '../pages/recovery-codes-page';
import { beginAuthentication } from './begin';
import { afterRefusal, afterWrongCode, type AskedAgain } from './refusals';

/** Codes are shown in one answer only, and count once one of them has been typed back. */
export function recoveryCodeRoutes(parts: RouteParts): Router {
  const { mfaflow, sessions } = parts;
  const router = Router();
  const askAgain = (response: Response, session: BrowserSession, again: AskedAgain) =>
    response.status(again.status).send(recoveryCodesPage(session, undefined, again.message));

  router.get('/recovery-codes/new', (request, response) => {
    const session = sessions.of(request, response);
    if (session.stepUp === undefined) response.redirect(303, '/');
    else response.send(newRecoveryCodesPage(session));
  });

  router.post('/recovery-codes', async (request, response) => {
    await showNewCodes(parts, sessions.of(request, response), response);
  });

  router.post('/recovery-codes/confirm', async (request, response) => {
    const session = sessions.of(request, response);
    const { account, recoveryFactorId } = session;
    if (account === undefined || recoveryFactorId === undefined) {
      response.redirect(303, '/');
      return;
    }
    const code = codeOf(request.body);
    try {
      const { status, retryAfter } = await mfaflow.confirm(
        account.userId,
        recoveryFactorId,
        code,
        fieldOf(request.body, 'attempt'),
      );
      if (status === 'pending') {
        askAgain(response, session, afterWrongCode(retryAfter));
        return;
      }
    } catch (error) {
      askAgain(response, session, afterRefusal(error));
      return;
    }
    delete session.recoveryFactorId;
    delete session.stepUp;
    if (session.login === undefined) await beginAuthentication(parts, session, 'login', request, response);
    else response.redirect(303, '/');
  });

  return router;
}

/** Enrols a new set and shows it, when a fresh proof of the user allows it. */
export async function showNewCodes(
  { mfaflow }: RouteParts,
  session: BrowserSession,
  response: Response,
): Promise<void> {
  const { account, stepUp } = session;
  if (account === undefined || stepUp === undefined) {
    response.redirect(303, '/');
    return;
  }
  try {
    const { id, enrolment } = await mfaflow.enrol(account.userId, 'recovery-code', { stepUp });
    session.recoveryFactorId = id;
    response.send(recoveryCodesPage(session, enrolment?.codes));
  } catch (error) {
    if (!(error instanceof MfaflowProblem) || !error.code.startsWith('step_up_')) throw error;
    delete session.stepUp;
    response.redirect(303, '/');
  }
}
