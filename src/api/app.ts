import express, { type Express, type Request, type Response } from 'express';
import { MfaError } from '../domain/errors';
import type { ApiDependencies } from './dependencies';
import { toMfaError } from './error-translation';
import { type ApiParts, createParts } from './parts';
import { sendProblem } from './problems';
import { type RequestTrace, traceRequest } from './request-log';
import type { Reply, Route } from './route';
import { routes } from './routes';
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
  app.use((_request, response, next) => {
    response.set({
      'X-Content-Type-Options': 'nosniff',
      'Cache-Control': 'no-store',
      'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
      'Referrer-Policy': 'no-referrer',
    });
    next();
  });
  for (const [path, onPath] of byPath(routes)) {
    app.all(expressPath(path), (request, response) => answer(parts, onPath, path, request, response));
  }
  app.use((request: Request, response: Response) => {
    const { requestId } = traceRequest(parts.log, request, response);
    sendProblem(response, new MfaError('not_found'), requestId);
  });
  app.use((error: unknown, request: Request, response: Response, next: (error: unknown) => void) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const trace = traceRequest(parts.log, request, response);
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
  const trace = traceRequest(parts.log, request, response);
  trace.route = path;
  try {
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
    send(response, reply);
  } catch (error) {
    fail(response, error, trace);
  }
}

function allowed(onPath: readonly Route[]): string {
  const methods = onPath.map((route) => route.method.toUpperCase());
  return (methods.includes('GET') ? ['HEAD', ...methods] : methods).join(', ');
}

function send(response: Response, reply: Reply): void {
  if (response.destroyed) return;
  response.status(reply.status);
  if (reply.headers !== undefined) response.set(reply.headers);
  if (reply.body === undefined) response.end();
  else response.json(reply.body);
}

function fail(response: Response, error: unknown, trace: RequestTrace): void {
  const known = toMfaError(error);
  trace.code = known.code;
  if (known.code === 'internal' || known.code === 'unavailable') trace.error = error;
  sendProblem(response, known, trace.requestId);
}
