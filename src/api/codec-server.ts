import express, { type ErrorRequestHandler, type Express, type Request, type Response } from 'express';
import type { Logger } from 'pino';
import type { DataKeys } from '../security/data-keys';
import { clearedLoginCookie, createLoginCookies, type LoginCookies } from './codec-login-cookie';
import { loginPage, loginPageHeaders } from './codec-login-page';
import { openForTenant, readPayloads, writePayloads } from './codec-payloads';
import { securityHeaders } from './security-headers';

export interface CodecServerOptions {
  readonly keys: Pick<DataKeys, 'byId'>;
  /** Whose key it is, or undefined. */
  readonly authenticate: (
    key: string,
  ) => Promise<{ tenantId: string; scopes: readonly string[] } | undefined>;
  /** Written before anything is shown; when it fails, nothing is. */
  readonly onDecode: (event: { tenantId: string; keyIds: string[] }) => Promise<void>;
  /** Of the deployment secrets. */
  readonly cookieKey: Buffer;
  /** Origins of the Temporal UI, such as `http://127.0.0.1:8233`; no other page may ask in a person's name. */
  readonly uiOrigins: readonly string[];
  /** Whether it is reached by https, so that its cookie never travels without. */
  readonly secure: boolean;
  readonly log: Pick<Logger, 'error'>;
}

const sessionSeconds = 3_600;
const scopesThatMayRead = ['audit', 'admin'];

/**
 * The remote codec of the Temporal UI and CLI, for people of one tenant at a time. `GET /` takes an API key with
 * scope audit or admin and leaves a cookie for an hour; `POST …/decode` opens payloads sealed under that tenant's
 * keys, asked by that cookie or by `Authorization: Bearer`. Every other payload comes back as one and the same
 * sentence. It encodes nothing.
 */
export function createCodecServer(options: CodecServerOptions): Express {
  const cookies = createLoginCookies({
    key: options.cookieKey,
    secure: options.secure,
    seconds: sessionSeconds,
  });
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(securityHeaders({ https: options.secure }), setHeaders(options.uiOrigins));

  app.get('/', (request, response) => {
    response.set(loginPageHeaders).send(loginPage(cookies.read(request.headers.cookie) ? 'in' : 'out'));
  });
  app.post('/login', express.urlencoded({ extended: false, limit: '4kb' }), async (request, response) => {
    const tenantId = isForeignPage(request) ? undefined : await tenantOfKey(options, keyOfForm(request.body));
    if (tenantId === undefined) {
      response.status(401).set(loginPageHeaders).send(loginPage('refused'));
      return;
    }
    response.set('Set-Cookie', cookies.issue(tenantId)).redirect(303, '/');
  });
  app.post('/logout', (_request, response) => {
    response.set('Set-Cookie', clearedLoginCookie(options.secure)).redirect(303, '/');
  });

  // The protocol looks at the last segment alone, so that a server may be mounted at any depth.
  app.post(/\/decode$/, express.json({ limit: '2mb' }), async (request, response) => {
    const tenantId = await tenantOfRequest(options, cookies, request);
    if (tenantId === undefined) {
      problem(response, 401, 'unauthenticated', 'Log in at the codec server first');
      return;
    }
    const payloads = readPayloads(request.body);
    if (payloads === undefined) {
      problem(response, 400, 'invalid_request', 'Not a list of payloads');
      return;
    }
    const { opened, keyIds } = await openForTenant(options.keys, tenantId, payloads);
    if (keyIds.length > 0) await options.onDecode({ tenantId, keyIds });
    response.json(writePayloads(opened));
  });
  app.all(/\/(decode|encode)$/, (_request, response) => {
    response.set('Allow', 'POST');
    problem(response, 405, 'method_not_allowed', 'This server decodes, by POST to /decode');
  });
  app.use((_request, response) => problem(response, 404, 'not_found', 'No such page'));
  app.use(answerFailure(options.log));
  return app;
}

function setHeaders(uiOrigins: readonly string[]): express.RequestHandler {
  return (request, response, next) => {
    response.set({
      'Cache-Control': 'no-store',
      Vary: 'Origin',
    });
    const origin = request.headers.origin;
    if (origin !== undefined && uiOrigins.includes(origin)) {
      response.set({ 'Access-Control-Allow-Origin': origin, 'Access-Control-Allow-Credentials': 'true' });
    }
    if (request.method !== 'OPTIONS') {
      next();
      return;
    }
    response.set({
      'Access-Control-Allow-Methods': 'POST',
      'Access-Control-Allow-Headers': 'authorization, content-type, x-namespace',
      'Access-Control-Max-Age': '600',
    });
    response.status(204).end();
  };
}

// A bearer that is not a key of ours is the UI's own access token, which it may pass along: the cookie decides.
async function tenantOfRequest(
  options: CodecServerOptions,
  cookies: LoginCookies,
  request: Request,
): Promise<string | undefined> {
  const bearer = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  const tenantId = bearer === undefined ? undefined : await tenantOfKey(options, bearer);
  if (tenantId !== undefined) return tenantId;
  const origin = request.headers.origin;
  if (origin !== undefined && !options.uiOrigins.includes(origin)) return undefined;
  return cookies.read(request.headers.cookie);
}

async function tenantOfKey(options: CodecServerOptions, key: string): Promise<string | undefined> {
  const caller = await options.authenticate(key);
  const mayRead = caller?.scopes.some((scope) => scopesThatMayRead.includes(scope)) ?? false;
  return mayRead ? caller?.tenantId : undefined;
}

function keyOfForm(body: unknown): string {
  const key = typeof body === 'object' && body !== null && 'key' in body ? body.key : undefined;
  return typeof key === 'string' ? key.trim() : '';
}

/** Another site must not log a browser in as somebody of its choice. */
function isForeignPage(request: Request): boolean {
  const origin = request.headers.origin;
  return origin !== undefined && !origin.endsWith(`://${request.headers.host ?? ''}`);
}

function problem(response: Response, status: number, code: string, title: string): void {
  response
    .status(status)
    .type('application/problem+json')
    .send(JSON.stringify({ type: 'about:blank', title, status, code }));
}

function answerFailure(log: Pick<Logger, 'error'>): ErrorRequestHandler {
  return (error: unknown, _request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const status = statusOfParser(error);
    if (status === 413) {
      problem(response, 413, 'payload_too_large', 'At most 2 MB at a time');
      return;
    }
    if (status !== undefined) {
      problem(response, 400, 'invalid_request', 'The body cannot be read');
      return;
    }
    log.error({ err: error }, 'codec server failed');
    response.set('Retry-After', '1');
    problem(response, 503, 'unavailable', 'Not now: try again');
  };
}

function statusOfParser(error: unknown): number | undefined {
  const status = typeof error === 'object' && error !== null && 'status' in error ? error.status : undefined;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : undefined;
}
