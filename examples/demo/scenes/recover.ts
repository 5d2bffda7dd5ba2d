import { context, given, type Enrolled, type Stage } from '../stage';

/**
 * The phone is out of reach: a recovery code, once.
 *
 * @returns the session of that login
 */
export async function recover({ backend, narrator, userPath }: Stage, { recoveryCodes }: Enrolled) {
  narrator.scene('The phone is out of reach: a recovery code');
  const attempt = {
    body: { context, response: { kind: 'recovery-code', code: recoveryCodes[0] } },
    expect: 200,
  };
  const approved = await backend.call('POST', `${userPath}/authentications`, attempt);
  narrator.say('  The same code again is a wrong code.\n');
  await backend.call('POST', `${userPath}/authentications`, attempt);
  const session = given(approved.session, 'session');
  return { id: session.id, token: given(session.token, 'token') };
}
