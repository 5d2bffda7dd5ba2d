import { context, given, type Enrolled, type Stage } from '../stage';

/** What needs more assurance asks for it; what the session has proved already is not asked for again. */
export async function stepUp(
  { backend, narrator, userPath }: Stage,
  { phone }: Enrolled,
  session: { token: string },
): Promise<void> {
  narrator.scene('Something needs aal2: the user steps up within the session');
  const pending = await backend.call('POST', `${userPath}/authentications`, {
    body: { purpose: 'step-up', acr: 'aal2', session: session.token, context },
    expect: 200,
  });
  narrator.say('  The recovery code of the login counts; one more factor is asked for.\n');
  await backend.call('POST', `/v1/authentications/${given(pending.id, 'id')}/answer`, {
    body: { code: await phone.nextCode() },
  });
}
