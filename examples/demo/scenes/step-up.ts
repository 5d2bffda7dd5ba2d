import { context, type Enrolled, type Stage } from '../stage';

/** What needs more assurance asks for it; what the session has proved already is not asked for again. */
export async function stepUp(
  { backend, narrator, user }: Stage,
  { phone }: Enrolled,
  session: { token: string },
): Promise<void> {
  narrator.scene('Something needs aal2: the user steps up within the session');
  const { data: pending } = await backend.POST('/v1/users/{userId}/authentications', {
    params: user,
    body: { purpose: 'step-up', acr: 'aal2', session: session.token, context },
  });
  narrator.say('  The recovery code of the login counts; one more factor is asked for.\n');
  await backend.POST('/v1/authentications/{authenticationId}/answer', {
    params: { path: { authenticationId: pending.id } },
    body: { code: await phone.nextCode() },
  });
}
