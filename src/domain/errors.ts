/**
 * The one list of stable error codes. A code never changes its meaning; clients branch on it.
 * `status` is the HTTP status (RFC 9110), `title` the constant summary of RFC 9457 §3.1.4.
 */
export const errorCodes = {
  invalid_request: { status: 400, title: 'The request is malformed' },
  unauthenticated: { status: 401, title: 'No valid credential was presented' },
  forbidden: { status: 403, title: 'The credential does not carry the scope that this needs' },
  step_up_required: { status: 403, title: 'This change needs a fresh step-up of the user' },
  step_up_stale: { status: 403, title: 'The step-up is too old for this change' },
  not_found: { status: 404, title: 'There is no such thing here' },
  method_not_allowed: { status: 405, title: 'The method is not allowed here' },
  not_acceptable_factor: { status: 422, title: 'This factor is not among those offered' },
  conflict: { status: 409, title: 'The state does not allow this' },
  factor_limit_reached: { status: 409, title: 'The user has as many factors of this kind as allowed' },
  contact_limit_reached: { status: 409, title: 'The user has as many contacts as allowed' },
  factor_not_pending: { status: 409, title: 'The factor does not wait for confirmation' },
  enrolment_expired: { status: 410, title: 'The enrolment was not confirmed in time' },
  authentication_closed: { status: 409, title: 'The authentication has ended' },
  idempotency_mismatch: { status: 422, title: 'The idempotency key was used for another request' },
  payload_too_large: { status: 413, title: 'The request body is too large' },
  unsupported_media_type: { status: 415, title: 'The media type is not supported' },
  try_later: { status: 429, title: 'The user has to wait before the next attempt' },
  rate_limited: { status: 429, title: 'Too many requests' },
  overloaded: { status: 429, title: 'The service sheds load' },
  user_locked: { status: 423, title: 'The user is locked' },
  unavailable: { status: 503, title: 'The service is temporarily unavailable' },
  internal: { status: 500, title: 'Something went wrong on our side' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ErrorCode = keyof typeof errorCodes;

export interface MfaErrorOptions {
  /** Shown to the caller: no secret, no personal data, nothing that tells a right code from a wrong one. */
  readonly detail?: string;
  /** Whole seconds, for the Retry-After header (RFC 9110 §10.2.3). */
  readonly retryAfterSeconds?: number;
  /** For the log only; never shown to the caller. */
  readonly cause?: unknown;
}

/** The error that every part throws when it can name what is wrong. */
export class MfaError extends Error {
  override readonly name = 'MfaError';
  readonly code: ErrorCode;
  readonly detail?: string;
  readonly retryAfterSeconds?: number;

  constructor(code: ErrorCode, options: MfaErrorOptions = {}) {
    const message = `${code}: ${options.detail ?? errorCodes[code].title}`;
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    if (options.detail !== undefined) this.detail = options.detail;
    if (options.retryAfterSeconds !== undefined) this.retryAfterSeconds = options.retryAfterSeconds;
  }
}
