/** mfaflow refused; `code` is one of docs/errors.md. */
export class Refused extends Error {
  readonly code: string;
  /** Seconds. */
  readonly retryAfter: number | undefined;

  constructor(code: string, retryAfter: number | undefined) {
    super(`mfaflow refused: ${code}`);
    this.code = code;
    this.retryAfter = retryAfter;
  }
}

export interface Factor {
  readonly id: string;
  readonly kind: string;
  readonly status: string;
  readonly name?: string;
  readonly codesLeft?: number;
  readonly enrolment?: {
    readonly secret?: string;
    readonly qrSvg?: string;
    readonly codes?: readonly string[];
  };
}

export interface Confirmation {
  readonly status: 'pending' | 'active';
  readonly retryAfter?: number;
  readonly assertion?: string;
}

export interface Authentication {
  readonly id: string;
  readonly status: 'pending' | 'approved' | 'denied';
  readonly reason?: string;
  readonly retryAfter?: number;
  readonly assertion?: string;
  readonly session?: { readonly id: string; readonly token?: string };
}

export interface Introspection {
  readonly active: boolean;
  readonly acr?: string;
  readonly authTime?: string;
}

/** What is asked of a login or a step-up. */
export interface AuthenticationRequest {
  readonly purpose: 'login' | 'step-up';
  readonly nonce: string;
  readonly ip: string | undefined;
  readonly userAgent: string | undefined;
}

export type Mfaflow = ReturnType<typeof createMfaflow>;

/** The calls that the application makes. `attempt` is one submission of one form: sent twice, it counts once. */
export function createMfaflow(url: string, apiKey: string, audience: string) {
  async function call<Body>(
    method: string,
    path: string,
    { body, attempt, stepUp }: { body?: object; attempt?: string; stepUp?: string } = {},
  ): Promise<Body> {
    const response = await fetch(url + path, {
      method,
      headers: {
        Authorization: `Bearer ${apiKey}`,
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...(attempt === undefined ? {} : { 'Idempotency-Key': attempt }),
        ...(stepUp === undefined ? {} : { 'MFAFlow-Step-Up': stepUp }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(10_000),
    });
    const text = await response.text();
    const answer: unknown = text === '' ? undefined : JSON.parse(text);
    if (response.ok) return answer as Body;
    const retryAfter = response.headers.get('Retry-After');
    throw new Refused(
      (answer as { code: string }).code,
      retryAfter === null ? undefined : Number(retryAfter),
    );
  }

  return {
    makeUser: (userId: string) => call<unknown>('PUT', `/v1/users/${userId}`),

    factors: async (userId: string) =>
      (await call<{ factors: Factor[] }>('GET', `/v1/users/${userId}/factors`)).factors,

    /** @param stepUp needed unless it is the user's first factor */
    enrol: (userId: string, kind: string, stepUp?: string) =>
      call<Factor>('POST', `/v1/users/${userId}/factors`, {
        body: { kind },
        ...(stepUp === undefined ? {} : { stepUp }),
      }),

    confirm: (userId: string, factorId: string, code: string, attempt: string) =>
      call<Confirmation>('POST', `/v1/users/${userId}/factors/${factorId}/confirm`, {
        body: { code },
        attempt,
      }),

    /** Begins a login behind a password that was right, or a step-up of somebody who is logged in. */
    authenticate: (userId: string, { purpose, nonce, ip, userAgent }: AuthenticationRequest) =>
      call<Authentication>('POST', `/v1/users/${userId}/authentications`, {
        body: { purpose, acr: 'aal2', primary: 'pwd', audience, nonce, context: { ip, userAgent } },
      }),

    answer: (authenticationId: string, code: string, attempt: string) =>
      call<Authentication>('POST', `/v1/authentications/${authenticationId}/answer`, {
        body: { code },
        attempt,
      }),

    introspect: (token: string) =>
      call<Introspection>('POST', '/v1/sessions/introspect', { body: { token } }),

    revoke: (sessionId: string) => call<unknown>('DELETE', `/v1/sessions/${sessionId}`),
  };
}
