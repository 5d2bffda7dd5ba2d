import { Router } from 'express';
import type { RouteParts } from '../app';
import { fieldOf } from '../form';
import { loginPage } from '../pages/login-page';
import { beginAuthentication } from './begin';

/** Password first; it gets nobody in, but on to the second step. */
export function loginRoutes(parts: RouteParts): Router {
  const { accounts, mfaflow, sessions } = parts;
  const router = Router();

  router.get('/login', (request, response) => {
    response.send(loginPage(sessions.of(request, response)));
  });

  router.post('/login', async (request, response) => {
    const account = await accounts.checkPassword(
      fieldOf(request.body, 'name'),
      fieldOf(request.body, 'password'),
    );
    if (account === undefined) {
      const session = sessions.of(request, response);
      response.status(401).send(loginPage(session, 'User name or password is wrong.'));
      return;
    }
    const session = sessions.renew(request, response, { account });
    await beginAuthentication(parts, session, 'login', request, response);
  });

  router.post('/logout', async (request, response) => {
    const { login } = sessions.of(request, response);
    sessions.renew(request, response, {});
    if (login !== undefined) await mfaflow.revoke(login.sessionId);
    response.redirect(303, '/login');
  });

  return router;
}
