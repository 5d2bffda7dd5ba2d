import { Router, type Request, type Response } from 'express';
import { MfaflowProblem } from '../../../client/index';
import type { RouteParts } from '../app';
import type { OpenAuthentication } from '../browser-sessions';
import { fieldOf } from '../form';

/** What sends a message: another factor, or the same one once more. */
export function choiceRoutes({ mfaflow, sessions }: RouteParts): Router {
  const router = Router();

  router.post('/code/choose', (request, response) =>
    send(request, response, ({ id }) =>
      mfaflow.choose(id, fieldOf(request.body, 'factor'), fieldOf(request.body, 'attempt')),
    ),
  );

  router.post('/code/resend', (request, response) =>
    send(request, response, ({ id }) => mfaflow.resend(id, fieldOf(request.body, 'attempt'))),
  );

  /** The page of the code then says what became of it. */
  async function send(
    request: Request,
    response: Response,
    ask: (open: OpenAuthentication) => Promise<void>,
  ): Promise<void> {
    const { authentication } = sessions.of(request, response);
    if (authentication === undefined) {
      response.redirect(303, '/login');
      return;
    }
    try {
      await ask(authentication);
      response.redirect(303, '/code');
    } catch (error) {
      if (!(error instanceof MfaflowProblem)) throw error;
      if (error.code === 'authentication_closed') response.redirect(303, '/login');
      else if (error.code === 'try_later') response.redirect(303, '/code?early');
      else if (error.code === 'not_acceptable_factor' || error.code === 'conflict')
        response.redirect(303, '/code');
      else throw error;
    }
  }

  return router;
}
