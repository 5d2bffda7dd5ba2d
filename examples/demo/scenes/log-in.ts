import { createRemoteJWKSet, jwtVerify } from 'jose';
import { context, given, type Enrolled, type Stage } from '../stage';

const audience = 'https://app.example';

/** A login in one call; the application then verifies the assertion by itself. */
export async function logIn(stage: Stage, { phone }: Enrolled): Promise<void> {
  const { backend, narrator, user } = stage;
  narrator.scene('The user logs in: the application has checked a password, mfaflow checks the code');
  const nonce = crypto.randomUUID();
  const login = { primary: 'pwd' as const, audience, nonce, context };
  const attempt = async (code: string) => {
    const body = { ...login, response: { kind: 'totp' as const, code } };
    return (await backend.POST('/v1/users/{userId}/authentications', { params: user, body })).data;
  };
  const approved = await attempt(await phone.nextCode());
  await verify(stage, given(approved.assertion, 'assertion'), nonce);

  narrator.scene('Another time the code is mistyped');
  const pending = await attempt(phone.wrongCode());
  narrator.say('  A wrong code is a fact, not an error: the authentication is still open.\n');
  await backend.POST('/v1/authentications/{authenticationId}/answer', {
    params: { path: { authenticationId: pending.id } },
    body: { code: await phone.nextCode() },
  });
}

/** As any application verifies it: signature by the published keys, issuer, audience, nonce, subject, time. */
async function verify(
  { apiUrl, clock, narrator, userId }: Stage,
  assertion: string,
  nonce: string,
): Promise<void> {
  const { payload } = await jwtVerify(
    assertion,
    createRemoteJWKSet(new URL('/.well-known/jwks.json', apiUrl)),
    {
      algorithms: ['EdDSA'],
      audience,
      subject: userId,
      currentDate: new Date(clock.now()),
    },
  );
  if (payload['nonce'] !== nonce) throw new Error('the assertion answers another request');
  narrator.say(`  The assertion verifies against the key set: ${JSON.stringify(payload)}`);
}
