import type { Express, Request, Response } from 'express';
import { MfaError } from '../domain/errors';
import { createDocsPages, docsPolicy, type DocsFile } from './docs-page';
import { securityHeaders } from './security-headers';

/** Answers one request below /docs; the answer's trace and its failures are the application's to deal with. */
type Answered = (
  path: string,
  request: Request,
  response: Response,
  serve: () => Promise<void>,
) => Promise<void>;

/**
 * `/docs` and its files, with a policy of their own in place of the one of the API's answers.
 * @param answered traces a request, carries it out and turns what it throws into a problem
 */
export function mountDocs(app: Express, answered: Answered, options: { https: boolean }): void {
  const docs = createDocsPages();
  app.use('/docs', securityHeaders({ ...options, contentSecurityPolicy: docsPolicy }));
  app.all('/docs', (request, response) =>
    answered('/docs', request, response, () => {
      refuseWrites(request, response);
      send(response, docs.page);
      return Promise.resolve();
    }),
  );
  app.all('/docs/', (request, response) =>
    answered('/docs', request, response, () => {
      refuseWrites(request, response);
      response.redirect(301, '../docs');
      return Promise.resolve();
    }),
  );
  app.all('/docs/:file', (request, response) =>
    answered('/docs/{file}', request, response, async () => {
      const file = await docs.file(request.params.file);
      if (file === undefined) throw new MfaError('not_found');
      refuseWrites(request, response);
      send(response, file);
    }),
  );
}

/** @throws MfaError `method_not_allowed` */
function refuseWrites(request: Request, response: Response): void {
  if (request.method === 'GET' || request.method === 'HEAD') return;
  response.set('Allow', 'GET, HEAD');
  throw new MfaError('method_not_allowed');
}

function send(response: Response, { type, content, maxAge }: DocsFile): void {
  response.set({ 'Content-Type': type, 'Cache-Control': `public, max-age=${maxAge}` }).send(content);
}
