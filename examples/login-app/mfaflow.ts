import { createClient, MfaflowProblem } from '../../client/index';

/** What is asked of a login or a step-up. */
export interface AuthenticationRequest {
  readonly purpose: 'login' | 'step-up';
  readonly nonce: string;
  readonly ip: string | undefined;
  readonly userAgent: string | undefined;
}

/** A login takes any second factor; what changes factors takes more than a mailbox. */
export const assuranceOf = { login: 'aal1', 'step-up': 'aal2' } as const;

type EnrolledKind = 'totp' | 'sms' | 'email' | 'recovery-code';

interface Enrolling {
  readonly stepUp?: string | undefined;
  readonly config?: Readonly<Record<string, string>>;
}

export type Mfaflow = ReturnType<typeof createMfaflow>;

/** The calls that the application makes. `attempt` is one submission of one form: sent twice, it counts once. */
export function createMfaflow(url: string, apiKey: string, audience: string) {
  const client = createClient({ url, apiKey });
  const onceAnAttempt = (attempt: string) => ({ headers: { 'Idempotency-Key': attempt } });

  return {
    async makeUser(userId: string) {
      // Whoever has a phone is asked for what comes to it, and for a recovery code only on its own wish.
      const body = { preferredOrder: ['totp' as const, 'sms' as const] };
      await client.PUT('/v1/users/{userId}', { params: { path: { userId } }, body });
    },

    async factors(userId: string) {
      const { data } = await client.GET('/v1/users/{userId}/factors', { params: { path: { userId } } });
      return data.factors;
    },

    /** @param stepUp needed unless it is the user's first factor */
    async enrol(userId: string, kind: EnrolledKind, { stepUp, config }: Enrolling = {}) {
      const header = stepUp === undefined ? {} : { 'MFAFlow-Step-Up': stepUp };
      const params = { path: { userId }, header };
      const body = { kind, ...(config === undefined ? {} : { config }) };
      const { data } = await client.POST('/v1/users/{userId}/factors', { params, body });
      return data;
    },

    /** Another code for a factor that waits for its first one. */
    async resendEnrolment(userId: string, factorId: string, attempt: string) {
      const { data } = await client.POST('/v1/users/{userId}/factors/{factorId}/resend', {
        params: { path: { userId, factorId } },
        ...onceAnAttempt(attempt),
      });
      return data;
    },

    async confirm(userId: string, factorId: string, code: string, attempt: string) {
      const { data } = await client.POST('/v1/users/{userId}/factors/{factorId}/confirm', {
        params: { path: { userId, factorId } },
        body: { code },
        ...onceAnAttempt(attempt),
      });
      return data;
    },

    /** Begins a login behind a password that was right, or a step-up of somebody who is logged in. */
    async authenticate(userId: string, { purpose, nonce, ip, userAgent }: AuthenticationRequest) {
      const context = {
        ...(ip === undefined ? {} : { ip }),
        ...(userAgent === undefined ? {} : { userAgent }),
      };
      const { data } = await client.POST('/v1/users/{userId}/authentications', {
        params: { path: { userId } },
        body: { purpose, acr: assuranceOf[purpose], primary: 'pwd', audience, nonce, context },
      });
      return data;
    },

    /** @param wait seconds that a message under way is waited for */
    async authentication(authenticationId: string, wait = 0) {
      const { data } = await client.GET('/v1/authentications/{authenticationId}', {
        params: { path: { authenticationId }, query: wait === 0 ? {} : { wait: String(wait) } },
      });
      return data;
    },

    /** Sends a code to the factor that the user chose. */
    async choose(authenticationId: string, factorId: string, attempt: string) {
      await client.POST('/v1/authentications/{authenticationId}/challenge', {
        params: { path: { authenticationId } },
        body: { factorId },
        ...onceAnAttempt(attempt),
      });
    },

    async resend(authenticationId: string, attempt: string) {
      await client.POST('/v1/authentications/{authenticationId}/resend', {
        params: { path: { authenticationId } },
        ...onceAnAttempt(attempt),
      });
    },

    async answer(authenticationId: string, factorId: string | undefined, code: string, attempt: string) {
      const { data } = await client.POST('/v1/authentications/{authenticationId}/answer', {
        params: { path: { authenticationId } },
        body: { code, ...(factorId === undefined ? {} : { factorId }) },
        ...onceAnAttempt(attempt),
      });
      return data;
    },

    /**
     * Names where a login link sends the browser back to, unless somebody has named it. It is the tenant's to say: a key
     * without the scope `admin` leaves it to whoever has one.
     */
    async offerReturnUrl(returnUrl: string) {
      try {
        const { data: policy } = await client.GET('/v1/delivery-policy');
        if (policy.returnUrl !== undefined) return;
        await client.PUT('/v1/delivery-policy', { body: { ...policy, returnUrl } });
      } catch (error) {
        if (!(error instanceof MfaflowProblem && error.code === 'forbidden')) throw error;
      }
    },

    async introspect(token: string) {
      const { data } = await client.POST('/v1/sessions/introspect', { body: { token } });
      return data;
    },

    async revoke(sessionId: string) {
      await client.DELETE('/v1/sessions/{sessionId}', { params: { path: { sessionId } } });
    },
  };
}
