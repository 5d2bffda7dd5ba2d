import type { Problem } from './schema';

/** Stable codes to branch on; docs/errors.md says what to do about each. */
export type ProblemCode = Problem['code'];

/** mfaflow refused: problem details (RFC 9457), typed. Nothing in it repeats what was sent. */
export class MfaflowProblem extends Error {
  override readonly name = 'MfaflowProblem';
  readonly code: ProblemCode;
  /** HTTP status. */
  readonly status: number;
  readonly detail: string | undefined;
  /** What is wrong where, of `invalid_request`: JSON pointers into the body, or below `/path` and `/query`. */
  readonly errors: NonNullable<Problem['errors']>;
  /** Seconds to wait before it may go otherwise. */
  readonly retryAfter: number | undefined;
  /** To be found again in the log of the server. */
  readonly requestId: string | undefined;
  /** As it came. */
  readonly problem: Problem;
  readonly headers: Headers;

  constructor(problem: Problem, headers: Headers) {
    super(`mfaflow refused: ${problem.code}: ${problem.detail ?? problem.title}`);
    this.problem = problem;
    this.headers = headers;
    this.code = problem.code;
    this.status = problem.status;
    this.detail = problem.detail;
    this.errors = problem.errors ?? [];
    this.retryAfter = retryAfterOf(headers);
    this.requestId = headers.get('Request-Id') ?? undefined;
  }
}

/** Seconds of a Retry-After header (RFC 9110 §10.2.3), which mfaflow gives as a number; undefined without one. */
export function retryAfterOf(headers: Headers): number | undefined {
  const text = headers.get('Retry-After');
  return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

/** The problem that an answer holds; undefined when it does not come from mfaflow. Leaves the answer readable. */
export async function readProblem(response: Response): Promise<Problem | undefined> {
  if (response.headers.get('Content-Type')?.startsWith('application/problem+json') !== true) return undefined;
  try {
    const problem = (await response.clone().json()) as Partial<Problem> | null;
    return typeof problem?.code === 'string' ? (problem as Problem) : undefined;
  } catch {
    return undefined;
  }
}
