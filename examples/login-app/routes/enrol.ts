import { Router, type Response } from 'express';
import { MfaflowProblem } from '../../../client/index';
import type { Account } from '../accounts';
import type { RouteParts } from '../app';
import type { BrowserSession } from '../browser-sessions';
import { codeOf, fieldOf } from '../form';
import { enrolPage } from '../pages/enrol-page';
import { showNewCodes } from './recovery-codes';
import { afterRefusal, afterWrongCode, type AskedAgain } from './refusals';

/** What the enrolment is over by. */
const over = ['enrolment_expired', 'factor_not_pending', 'not_found'];

/** The first factor of somebody whose password was right. mfaflow refuses it to a user who has one already. */
export function enrolRoutes(parts: RouteParts): Router {
  const { mfaflow, sessions } = parts;
  const router = Router();
  const askAgain = (response: Response, session: BrowserSession, again: AskedAgain) =>
    response.status(again.status).send(enrolPage(session, again.message));

  router.get('/enrol', async (request, response) => {
    const session = sessions.of(request, response);
    if (session.account === undefined) {
      response.redirect(303, '/login');
      return;
    }
    try {
      session.enrolment ??= await beginEnrolment(parts, session.account);
      response.send(enrolPage(session));
    } catch (error) {
      if (error instanceof MfaflowProblem && error.code === 'step_up_required') response.redirect(303, '/');
      else throw error;
    }
  });

  router.post('/enrol', async (request, response) => {
    const session = sessions.of(request, response);
    const { account, enrolment } = session;
    if (account === undefined || enrolment === undefined) {
      response.redirect(303, '/login');
      return;
    }
    try {
      const code = codeOf(request.body);
      const attempt = fieldOf(request.body, 'attempt');
      const confirmed = await mfaflow.confirm(account.userId, enrolment.factorId, code, attempt);
      if (confirmed.status === 'pending') {
        askAgain(response, session, afterWrongCode(confirmed.retryAfter));
        return;
      }
      delete session.enrolment;
      if (confirmed.assertion !== undefined) session.stepUp = confirmed.assertion;
      await showNewCodes(parts, session, response);
    } catch (error) {
      if (error instanceof MfaflowProblem && over.includes(error.code)) {
        delete session.enrolment;
        response.redirect(303, '/enrol');
      } else askAgain(response, session, afterRefusal(error));
    }
  });

  return router;
}

async function beginEnrolment({ mfaflow }: RouteParts, { userId }: Account) {
  const { id, enrolment } = await mfaflow.enrol(userId, 'totp');
  return { factorId: id, secret: enrolment?.secret ?? '', qrSvg: enrolment?.qrSvg ?? '' };
}
