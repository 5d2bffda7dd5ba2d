import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import { MfaflowProblem } from '../../client/index';
import type { Accounts } from './accounts';
import type { VerifyAssertion } from './assertion';
import { BrowserSessions } from './browser-sessions';
import { fieldOf, isSame } from './form';
import type { Mfaflow } from './mfaflow';
import { errorPage, lockedPage } from './pages/blocked-page';
import { countdownScript } from './pages/countdown';
import { style } from './pages/layout';
import { choiceRoutes } from './routes/choice';
import { codeRoutes } from './routes/code';
import { enrolRoutes } from './routes/enrol';
import { homeRoutes } from './routes/home';
import { loginRoutes } from './routes/login';
import { recoveryCodeRoutes } from './routes/recovery-codes';

export interface AppDependencies {
  readonly accounts: Accounts;
  readonly mfaflow: Mfaflow;
  readonly verifyAssertion: VerifyAssertion;
}

/** What every route works with. */
export interface RouteParts extends AppDependencies {
  readonly sessions: BrowserSessions;
}

/** An application with a password form, and mfaflow behind it. */
export function createApp(dependencies: AppDependencies): Express {
  const parts = { ...dependencies, sessions: new BrowserSessions() };
  const app = express();
  app.disable('x-powered-by');
  app.use(setHeaders);
  app.get('/style.css', (_request, response) => void response.type('css').send(style));
  app.get('/countdown.js', (_request, response) => void response.type('js').send(countdownScript));
  app.use(express.urlencoded({ extended: false, limit: '4kb' }), refuseForeignForms(parts.sessions));
  app.use(
    loginRoutes(parts),
    codeRoutes(parts),
    choiceRoutes(parts),
    enrolRoutes(parts),
    recoveryCodeRoutes(parts),
    homeRoutes(parts),
  );
  app.use((_request, response) => {
    response.status(404).send(errorPage('No such page', 'The address is not one of this application.'));
  });
  app.use(answerFailure);
  return app;
}

const setHeaders: RequestHandler = (_request, response, next) => {
  response.set({
    'Cache-Control': 'no-store',
    'Content-Security-Policy':
      "default-src 'none'; style-src 'self'; script-src 'self'; img-src data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
  });
  next();
};

/** A form of another site does not know the session's token. */
function refuseForeignForms(sessions: BrowserSessions): RequestHandler {
  return (request, response, next) => {
    if (request.method !== 'POST') {
      next();
      return;
    }
    const csrf = sessions.find(request)?.csrf;
    if (csrf !== undefined && isSame(fieldOf(request.body, 'csrf'), csrf)) next();
    else response.status(403).send(errorPage('The form has expired', 'Please go back and send it again.'));
  };
}

/** A locked user is told so wherever it happens; of all else only that it did not work. */
const answerFailure: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  if (response.headersSent) {
    next(error);
    return;
  }
  if (error instanceof MfaflowProblem && error.code === 'user_locked') {
    response.status(423).send(lockedPage(error.retryAfter));
    return;
  }
  console.error(error instanceof MfaflowProblem ? error.message : error);
  response.status(503).send(errorPage('That did not work', 'Please try again in a moment.'));
};
