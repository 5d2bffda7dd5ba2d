import type { Express, Request, Response } from 'express';
import { MfaError } from '../../domain/errors';
import type { ApiParts } from '../parts';
import type { RequestTrace } from '../request-log';
import { securityHeaders } from '../security-headers';
import { answerLink, type LinkAnswer } from './answer';
import { documentOf } from './page';
import { styleHash } from './style';

/** Answers one request below /t; the answer's trace and what it throws are the application's to deal with. */
type Answered = (
  path: string,
  request: Request,
  response: Response,
  serve: (trace: RequestTrace) => Promise<void>,
) => Promise<void>;

const ALLOWED = 'GET, HEAD, POST';

/**
 * `/t/{token}`: the page of a one-time link. The path is never in a log: what is traced is the pattern.
 *
 * @param answered traces a request, carries it out and turns what it throws into a problem
 */
export function mountLinkPage(
  app: Express,
  parts: ApiParts,
  answered: Answered,
  options: { https: boolean },
): void {
  app.use('/t', (request, response) =>
    answered('/t/{token}', request, response, async (trace) => {
      if (!ALLOWED.split(', ').includes(request.method)) {
        response.set('Allow', ALLOWED);
        throw new MfaError('method_not_allowed');
      }
      // As it was sent: no second spelling of a token is one.
      const [path = ''] = request.url.split('?', 1);
      const answer = await answerLink(parts, path.slice(1), request, response, trace);
      await withHeaders(answer, options, request, response);
      send(answer, response);
    }),
  );
}

/** The policy of this one answer: its style and its form, which may end where the tenant has the browser sent. */
function withHeaders(
  answer: LinkAnswer,
  { https }: { https: boolean },
  request: Request,
  response: Response,
): Promise<void> {
  const returnOrigin = 'returnOrigin' in answer ? [answer.returnOrigin] : [];
  const headers = securityHeaders({
    https,
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      styleSrc: [styleHash],
      formAction: ["'self'", ...returnOrigin],
      frameAncestors: ["'none'"],
      baseUri: ["'none'"],
    },
  });
  return new Promise((resolve, reject) => {
    void headers(request, response, (error?: unknown) => {
      if (error === undefined) resolve();
      else reject(error instanceof Error ? error : new Error('no security headers'));
    });
  });
}

function send(answer: LinkAnswer, response: Response): void {
  response.set('X-Robots-Tag', 'noindex, nofollow');
  if ('location' in answer) {
    // The URL that it leads away from holds the token, and the one that it leads to a code.
    response.set({ 'Referrer-Policy': 'no-referrer', Location: answer.location }).status(answer.status).end();
    return;
  }
  // Under no-referrer a browser sends `Origin: null` with the page's own form, as if another site had sent it.
  response.set('Referrer-Policy', 'same-origin');
  if (answer.retryAfter !== undefined) response.set('Retry-After', String(answer.retryAfter));
  response.status(answer.status).type('html').send(documentOf(answer.page));
}
