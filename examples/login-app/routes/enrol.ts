import { Router } from 'express';
import { fieldOf, type RouteParts } from '../app';
import { Refused } from '../mfaflow';
import { enrolPage } from '../pages/enrol-page';
import { afterWrongCode, wait } from './code';
import { showNewCodes } from './recovery-codes';

/** The first factor of somebody whose password was right. mfaflow refuses it to a user who has one already. */
export function enrolRoutes(parts: RouteParts): Router {
  const { mfaflow, sessions } = parts;
  const router = Router();

  router.get('/enrol', async (request, response) => {
    const session = sessions.of(request, response);
    if (session.account === undefined) {
      response.redirect(303, '/login');
      return;
    }
    if (session.enrolment === undefined) {
      const { id, enrolment } = await mfaflow.enrol(session.account.userId, 'totp');
      session.enrolment = { factorId: id, secret: enrolment?.secret ?? '', qrSvg: enrolment?.qrSvg ?? '' };
    }
    response.send(enrolPage(session));
  });

  router.post('/enrol', async (request, response) => {
    const session = sessions.of(request, response);
    const { account, enrolment } = session;
    if (account === undefined || enrolment === undefined) {
      response.redirect(303, '/login');
      return;
    }
    try {
      const code = fieldOf(request.body, 'code');
      const attempt = fieldOf(request.body, 'attempt');
      const confirmed = await mfaflow.confirm(account.userId, enrolment.factorId, code, attempt);
      if (confirmed.status === 'pending') {
        response.status(401).send(enrolPage(session, afterWrongCode(confirmed.retryAfter)));
        return;
      }
      delete session.enrolment;
      if (confirmed.assertion !== undefined) session.stepUp = confirmed.assertion;
      await showNewCodes(parts, session, response);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (error.code === 'try_later') response.status(429).send(enrolPage(session, wait(error.retryAfter)));
      else if (error.code === 'invalid_request')
        response.status(401).send(enrolPage(session, afterWrongCode(undefined)));
      else if (['enrolment_expired', 'factor_not_pending', 'not_found'].includes(error.code)) {
        delete session.enrolment;
        response.redirect(303, '/enrol');
      } else throw error;
    }
  });

  return router;
}
