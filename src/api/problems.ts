import type { Response } from 'express';
import { type ErrorCode, errorCodes, type MfaError } from '../domain/errors';
import { InvalidRequest, type RequestFault } from './invalid-request';
import { SecurityEventProblem } from './security-event-problem';

/** Problem details (RFC 9457). `code` is the stable one to branch on; `type` names the same code as a URI. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  code: ErrorCode;
  detail?: string;
  /** The request's id, to be found again in the log. */
  instance: string;
  errors?: readonly RequestFault[];
  /** RFC 8935 §2.4, of a security event token that is refused. */
  err?: string;
  description?: string;
}

/** The same for every error of a code, save for detail and instance: nothing that was sent, nothing of the inside. */
export function problemOf(error: MfaError, requestId: string): Problem {
  const { status, title } = errorCodes[error.code];
  return {
    type: `urn:mfaflow:error:${error.code}`,
    title,
    status,
    code: error.code,
    ...(error.detail === undefined ? {} : { detail: error.detail }),
    instance: `urn:mfaflow:request:${requestId}`,
    ...(error instanceof InvalidRequest ? { errors: error.faults } : {}),
    ...(error instanceof SecurityEventProblem ? { err: error.err, description: error.detail ?? '' } : {}),
  };
}

/** Seconds after which a caller that was given no better advice may try again. */
const DEFAULT_RETRY_SECONDS: Partial<Record<ErrorCode, number>> = {
  unavailable: 1,
  overloaded: 1,
  rate_limited: 1,
};

export function sendProblem(response: Response, error: MfaError, requestId: string): void {
  const problem = problemOf(error, requestId);
  const retryAfter = error.retryAfterSeconds ?? DEFAULT_RETRY_SECONDS[error.code];
  if (retryAfter !== undefined) response.set('Retry-After', String(Math.max(1, Math.ceil(retryAfter))));
  // RFC 9110 §15.5.2: a 401 says how to authenticate.
  if (error.code === 'unauthenticated') response.set('WWW-Authenticate', 'Bearer realm="mfaflow"');
  response.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
}
