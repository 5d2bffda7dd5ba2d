import { types } from 'node:util';
import type { Request, Response } from 'express';
import { randomId } from '../security/random-id';
import type { ApiParts } from './parts';

/** What a line about a request may say. Ids of ours only: no path as it was sent, no address, nothing of a body. */
export interface RequestTrace {
  readonly requestId: string;
  /** The pattern of the route, not the path. */
  route?: string;
  tenantId?: string;
  keyId?: string;
  userId?: string;
  code?: string;
  error?: unknown;
}

/** Starts a request's trace; writes its one line and counts it when it is over, also when the caller went away. */
export function traceRequest(
  { log, metrics }: Pick<ApiParts, 'log' | 'metrics'>,
  request: Request,
  response: Response,
): RequestTrace {
  const started = performance.now();
  const trace: RequestTrace = { requestId: randomId('req') };
  response.set('Request-Id', trace.requestId);
  metrics.began();
  response.once('close', () => {
    const { error, ...said } = trace;
    const ms = performance.now() - started;
    const ended = {
      method: request.method,
      status: response.statusCode,
      aborted: !response.writableFinished,
    };
    metrics.ended({ ...ended, route: trace.route, code: trace.code, seconds: ms / 1000 });
    const line = { ...said, ...ended, ms: Math.round(ms * 10) / 10 };
    if (error === undefined) log.info(line, 'request');
    else log.error({ ...line, failure: failureOf(error) }, 'request failed');
  });
  return trace;
}

/**
 * An unforeseen error for the log: its name, its code and where it happened. Its message may quote a row or an
 * input, so it is left out.
 */
export function failureOf(error: unknown): object {
  if (!types.isNativeError(error)) return { name: typeof error };
  const code: unknown = Reflect.get(error, 'code');
  const stack = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return {
    name: error.name,
    ...(typeof code === 'string' ? { code } : {}),
    at: stack.slice(0, 8).map((line) => line.trim()),
    ...(error.cause === undefined ? {} : { cause: failureOf(error.cause) }),
  };
}
