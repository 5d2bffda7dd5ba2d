import { context, given, type Enrolled, type Stage } from '../stage';

/**
 * The phone is out of reach: a recovery code, once.
 *
 * @returns the session of that login
 */
export async function recover({ backend, narrator, user }: Stage, { recoveryCodes }: Enrolled) {
  narrator.scene('The phone is out of reach: a recovery code');
  const code = given(recoveryCodes[0], 'recovery code');
  const attempt = { params: user, body: { context, response: { kind: 'recovery-code' as const, code } } };
  const { data: approved } = await backend.POST('/v1/users/{userId}/authentications', attempt);
  narrator.say('  The same code again is a wrong code.\n');
  await backend.POST('/v1/users/{userId}/authentications', attempt);
  const session = given(approved.session, 'session');
  return { id: session.id, token: given(session.token, 'token') };
}
