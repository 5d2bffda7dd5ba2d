import { Router, type Response } from 'express';
import { MfaflowProblem } from '../../../client/index';
import type { Account } from '../accounts';
import type { RouteParts } from '../app';
import type { BrowserSession, Enrolment } from '../browser-sessions';
import { codeOf, fieldOf } from '../form';
import { enrolPage } from '../pages/enrol-page';
import { showNewCodes } from './recovery-codes';
import { afterRefusal, afterWrongCode, tooEarly, type AskedAgain } from './refusals';

/** What the enrolment is over by. */
const over = ['enrolment_expired', 'factor_not_pending', 'not_found'];

/** The first factor of somebody whose password was right, and later ones behind a step-up: mfaflow sees to both. */
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
      if (session.login === undefined)
        session.enrolment ??= await beginEnrolment(parts, session.account, session, {});
      response.send(enrolPage(session, 'early' in request.query ? tooEarly : undefined));
    } catch (error) {
      if (isStepUpMissing(error)) response.redirect(303, '/');
      else throw error;
    }
  });

  router.post('/enrol/begin', async (request, response) => {
    const session = sessions.of(request, response);
    if (session.account === undefined) {
      response.redirect(303, '/login');
      return;
    }
    try {
      session.enrolment = await beginEnrolment(parts, session.account, session, request.body);
      response.redirect(303, '/enrol');
    } catch (error) {
      if (isStepUpMissing(error)) response.redirect(303, '/');
      else if (isRefusedAddress(error))
        askAgain(response, session, {
          status: 400,
          message: 'Nothing can be sent there. Is it written in full?',
        });
      else throw error;
    }
  });

  router.post('/enrol/resend', async (request, response) => {
    const session = sessions.of(request, response);
    const { account, enrolment } = session;
    if (account === undefined || enrolment === undefined) {
      response.redirect(303, '/login');
      return;
    }
    try {
      const attempt = fieldOf(request.body, 'attempt');
      const { challenge } = await mfaflow.resendEnrolment(account.userId, enrolment.factorId, attempt);
      session.enrolment = { ...enrolment, ...resendAtOf(challenge) };
      response.redirect(303, '/enrol');
    } catch (error) {
      if (!(error instanceof MfaflowProblem) || error.code !== 'try_later') throw error;
      response.redirect(303, '/enrol?early');
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
      if (session.login !== undefined) {
        delete session.stepUp;
        response.redirect(303, '/');
        return;
      }
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

async function beginEnrolment(
  { mfaflow }: RouteParts,
  { userId }: Account,
  { stepUp }: BrowserSession,
  form: unknown,
): Promise<Enrolment> {
  const kind = kindOf(form);
  const config = configOf(kind, form);
  const { id, name, enrolment, challenge } = await mfaflow.enrol(userId, kind, { stepUp, config });
  return {
    factorId: id,
    kind,
    ...(enrolment?.secret === undefined ? {} : { secret: enrolment.secret }),
    ...(enrolment?.qrSvg === undefined ? {} : { qrSvg: enrolment.qrSvg }),
    ...(name === undefined ? {} : { address: name }),
    ...resendAtOf(challenge),
  };
}

function resendAtOf(challenge: { resendAt?: string } | undefined): { resendAt?: number } {
  return challenge?.resendAt === undefined ? {} : { resendAt: Date.parse(challenge.resendAt) };
}

function kindOf(form: unknown): 'totp' | 'sms' | 'email' {
  const wish = fieldOf(form, 'kind');
  return wish === 'sms' || wish === 'email' ? wish : 'totp';
}

function configOf(kind: string, form: unknown): Record<string, string> {
  if (kind === 'sms') return { phone: fieldOf(form, 'phone') };
  if (kind === 'email')
    return { address: fieldOf(form, 'address'), variant: fieldOf(form, 'link') === 'yes' ? 'link' : 'code' };
  return {};
}

function isStepUpMissing(error: unknown): boolean {
  return error instanceof MfaflowProblem && error.code.startsWith('step_up_');
}

function isRefusedAddress(error: unknown): boolean {
  return error instanceof MfaflowProblem && (error.code === 'invalid_request' || error.code === 'conflict');
}
