import { refusedWith } from '../backend';
import type { Handset } from '../handset';
import { context, given, type Stage } from '../stage';

/** Of the range that is kept for stories (North American Numbering Plan, 555-01XX). */
const phone = '+12025550123';

/**
 * The user adds a phone number and logs in by text message: the code arrives in the inbox of this machine.
 *
 * @param assertion of a fresh proof, which allows another factor.
 */
export async function logInByMessage(
  { backend, clock, narrator, user, userId }: Stage,
  handset: Handset,
  assertion: string,
): Promise<void> {
  narrator.scene('The user adds a phone number, and shows that messages arrive there');
  const { data: added } = await backend.POST('/v1/users/{userId}/factors', {
    params: { ...user, header: { 'MFAFlow-Step-Up': assertion } },
    body: { kind: 'sms', config: { phone } },
  });
  await backend.POST('/v1/users/{userId}/factors/{factorId}/confirm', {
    params: { path: { userId, factorId: added.id } },
    body: { code: await handset.nextCode(phone) },
  });
  narrator.say('  Every address of the user is told of it, the new one included.');

  narrator.scene('The phone with the app is at home: the user chooses a text message');
  const { data: begun } = await backend.POST('/v1/users/{userId}/authentications', {
    params: user,
    body: { primary: 'pwd', acr: 'aal2', context },
  });
  const params = { path: { authenticationId: begun.id } };
  await backend.POST('/v1/authentications/{authenticationId}/challenge', {
    params,
    body: { factorId: added.id },
  });
  narrator.say('  It was answered before anything was sent; the application waits for what became of it.\n');
  await backend.GET('/v1/authentications/{authenticationId}', {
    params: { ...params, query: { wait: '5' } },
  });
  const first = await handset.nextCode(phone);
  let code = first;
  if (clock.jumps) {
    narrator.say('  Another code costs a wait that grows, and the one before is good for nothing then.\n');
    await refusedWith('try_later', backend.POST('/v1/authentications/{authenticationId}/resend', { params }));
    await clock.pass(30_000, 'the wait before a second message');
    await backend.POST('/v1/authentications/{authenticationId}/resend', { params });
    code = await handset.nextCode(phone);
    await backend.POST('/v1/authentications/{authenticationId}/answer', { params, body: { code: first } });
  }
  const { data: approved } = await backend.POST('/v1/authentications/{authenticationId}/answer', {
    params,
    body: { code },
  });
  given(approved.session, 'session');
}
