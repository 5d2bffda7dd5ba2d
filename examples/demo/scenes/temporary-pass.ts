import { refusedWith } from '../backend';
import { context, given, type Stage } from '../stage';

/** Somebody has lost everything: the help desk checks who it is and issues a pass, which ends by itself. */
export async function temporaryPass({ backend, narrator, user }: Stage): Promise<void> {
  narrator.scene('Phone and recovery codes are lost: an operator issues a temporary pass, with a reason');
  const { data: pass } = await backend.POST('/v1/users/{userId}/factors', {
    params: { ...user, header: { 'MFAFlow-Reason': 'lost everything; identity checked at the desk' } },
    body: { kind: 'temporary-pass', config: { minutes: 60, once: true } },
  });
  const code = given(pass.enrolment?.code, 'code');
  const attempt = {
    params: user,
    body: { primary: 'pwd' as const, context, response: { kind: 'temporary-pass' as const, code } },
  };
  await backend.POST('/v1/users/{userId}/authentications', attempt);
  narrator.say('  It is good once: nothing of it is left to answer with.\n');
  await refusedWith('not_acceptable_factor', backend.POST('/v1/users/{userId}/authentications', attempt));
}
