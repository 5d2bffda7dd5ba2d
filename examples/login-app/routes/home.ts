import { Router } from 'express';
import type { RouteParts } from '../app';
import { fieldOf } from '../form';
import { homePage } from '../pages/home-page';
import { beginAuthentication } from './begin';

/** What only somebody sees who is logged in. */
export function homeRoutes(parts: RouteParts): Router {
  const { mfaflow, sessions } = parts;
  const router = Router();

  router.get('/', async (request, response) => {
    const session = sessions.of(request, response);
    const { account, login } = session;
    if (account === undefined || login === undefined) {
      response.redirect(303, '/login');
      return;
    }
    // Asked each time: a session that was revoked a moment ago is no longer one.
    const state = await mfaflow.introspect(login.token);
    if (!state.active) {
      sessions.renew(request, response, {});
      response.redirect(303, '/login');
      return;
    }
    response.send(homePage(session, state, await mfaflow.factors(account.userId)));
  });

  router.post('/step-up', async (request, response) => {
    const session = sessions.of(request, response);
    if (session.login === undefined) response.redirect(303, '/login');
    else {
      const destination = fieldOf(request.body, 'for') === 'factor' ? '/enrol' : '/recovery-codes/new';
      await beginAuthentication(parts, session, 'step-up', request, response, destination);
    }
  });

  return router;
}
