import express, { type Express, type Request, type Response } from 'express';
import { MfaError } from '../domain/errors';
import type { ApiDependencies } from './dependencies';
import { mountCallbacks } from './callbacks/mount';
import { toMfaError } from './error-translation';
import { mountLinkPage } from './link-page/mount';
import { type ApiParts, createParts } from './parts';
import { sendProblem } from './problems';
import { type RequestTrace, traceRequest } from './request-log';
import type { Reply, Route } from './route';
import { routes } from './routes';
import { isHttps, securityHeaders } from './security-headers';
import { mountDocs } from './serve-docs';
import { sendStream } from './send-stream';
import { serveRoute } from './serve-route';

/** The HTTP API. It holds nothing: every request is authenticated, validated, and answered from what decides. */
export function createApp(dependencies: ApiDependencies): Express {
  const parts = createParts(dependencies);
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.enable('case sensitive routing');
  app.enable('strict routing');
  app.set('query parser', 'simple');
  const https = isHttps(dependencies.config.issuer);
  app.use(securityHeaders({ https }), (_request, response, next) => {
    response.set('Cache-Control', 'no-store');
    next();
  });
  if (dependencies.config.docs) {
    mountDocs(
      app,
      (path, request, response, serve) => traced(parts, path, request, response, () => serve()),
      { https },
    );
  }
  mountLinkPage(
    app,
    parts,
    (path, request, response, serve) => traced(parts, path, request, response, serve),
    { https },
  );
  mountCallbacks(app, parts, (path, request, response, serve) =>
    traced(parts, path, request, response, serve),
  );
  for (const [path, onPath] of byPath(routes)) {
    app.all(expressPath(path), (request, response) => answer(parts, onPath, path, request, response));
  }
  app.use((request: Request, response: Response) => {
    fail(response, new MfaError('not_found'), traceRequest(parts, request, response));
  });
  app.use((error: unknown, request: Request, response: Response, next: (error: unknown) => void) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const trace = traceRequest(parts, request, response);
    fail(response, error, trace);
  });
  return app;
}

function byPath(all: readonly Route[]): Map<string, Route[]> {
  const paths = new Map<string, Route[]>();
  for (const route of all) paths.set(route.path, [...(paths.get(route.path) ?? []), route]);
  return paths;
}

function expressPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1');
}

async function answer(
  parts: ApiParts,
  onPath: readonly Route[],
  path: string,
  request: Request,
  response: Response,
): Promise<void> {
  await traced(parts, path, request, response, async (trace) => {
    const method = request.method === 'HEAD' ? 'get' : request.method.toLowerCase();
    const route = onPath.find((candidate) => candidate.method === method);
    if (route === undefined) {
      response.set('Allow', allowed(onPath));
      throw new MfaError('method_not_allowed');
    }
    const reply =
      route.access === 'public'
        ? await route.handle(parts)
        : await serveRoute(parts, route, request, response, trace);
    await send(response, reply);
  });
}

/** Answers a request to one path, and turns what is thrown into a problem. */
async function traced(
  parts: ApiParts,
  path: string,
  request: Request,
  response: Response,
  serve: (trace: RequestTrace) => Promise<void>,
): Promise<void> {
  const trace = traceRequest(parts, request, response);
  trace.route = path;
  try {
    await serve(trace);
  } catch (error) {
    fail(response, error, trace);
  }
}

function allowed(onPath: readonly Route[]): string {
  const methods = onPath.map((route) => route.method.toUpperCase());
  return (methods.includes('GET') ? ['HEAD', ...methods] : methods).join(', ');
}

async function send(response: Response, reply: Reply): Promise<void> {
  if (response.destroyed) return;
  response.status(reply.status);
  if (reply.headers !== undefined) response.set(reply.headers);
  if (reply.stream !== undefined) {
    response.type('application/json');
    if (response.req.method !== 'HEAD') {
      await sendStream(response, reply.stream);
      return;
    }
  }
  if (reply.body === undefined) response.end();
  else response.json(reply.body);
}

function fail(response: Response, error: unknown, trace: RequestTrace): void {
  const known = toMfaError(error);
  trace.code = known.code;
  if (known.code === 'internal' || known.code === 'unavailable') trace.error = error;
  // Half of an answer is out: cut off, it is no valid JSON, which is what its reader has to know.
  if (response.headersSent) response.destroy();
  else sendProblem(response, known, trace.requestId);
}
