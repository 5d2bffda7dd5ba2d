import { createClient } from '../../client/index';

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
  const client = createClient({ url, apiKey });
  const onceAnAttempt = (attempt: string) => ({ headers: { 'Idempotency-Key': attempt } });

  return {
    async makeUser(userId: string) {
      await client.PUT('/v1/users/{userId}', { params: { path: { userId } } });
    },

    async factors(userId: string) {
      const { data } = await client.GET('/v1/users/{userId}/factors', { params: { path: { userId } } });
      return data.factors;
    },

    /** @param stepUp needed unless it is the user's first factor */
    async enrol(userId: string, kind: 'totp' | 'recovery-code', stepUp?: string) {
      const header = stepUp === undefined ? {} : { 'MFAFlow-Step-Up': stepUp };
      const params = { path: { userId }, header };
      const { data } = await client.POST('/v1/users/{userId}/factors', { params, body: { kind } });
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
        body: { purpose, acr: 'aal2', primary: 'pwd', audience, nonce, context },
      });
      return data;
    },

    async answer(authenticationId: string, code: string, attempt: string) {
      const { data } = await client.POST('/v1/authentications/{authenticationId}/answer', {
        params: { path: { authenticationId } },
        body: { code },
        ...onceAnAttempt(attempt),
      });
      return data;
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
