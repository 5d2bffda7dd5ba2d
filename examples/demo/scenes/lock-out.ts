import { context, given, type Enrolled, type Stage } from '../stage';
import { refusedWith } from '../backend';

const failuresBeforeWait = 5;
const failuresBeforeLock = 10;

/** Somebody guesses until the failure budget is spent, and an operator opens the door again. */
export async function lockOut(stage: Stage, { phone }: Enrolled): Promise<void> {
  const { backend, clock, narrator, user } = stage;
  const attempt = async (code: string) => {
    const body = { primary: 'pwd' as const, context, response: { kind: 'totp' as const, code } };
    return (await backend.POST('/v1/users/{userId}/authentications', { params: user, body })).data;
  };

  narrator.scene('Somebody guesses: from the fifth failure on there is a wait');
  let last = await attempt(phone.wrongCode());
  for (let failures = 2; failures <= failuresBeforeWait; failures += 1)
    last = await attempt(phone.wrongCode());
  narrator.say('  Within the wait no code is looked at or counted, not even the one that the phone shows.\n');
  await refusedWith('try_later', attempt(phone.shownCode()));

  narrator.scene(`The lock${clock.jumps ? ': the tenth failure' : ', here by an operator'}`);
  if (clock.jumps) {
    for (let failures = failuresBeforeWait + 1; failures <= failuresBeforeLock; failures += 1) {
      await clock.pass(given(last.retryAfter, 'retryAfter') * 1000, 'the wait doubles with every failure');
      last = await attempt(phone.wrongCode());
    }
  } else {
    narrator.say(
      '  (The tenth failure locks as well; without test mode that takes a quarter of an hour of waits.)',
    );
    await backend.POST('/v1/users/{userId}/lock', {
      params: user,
      body: { reason: 'somebody is guessing' },
    });
  }
  narrator.say('  Now the code that the phone shows is answered as any other is.\n');
  await refusedWith('user_locked', attempt(phone.shownCode()));

  narrator.scene('An operator unlocks, with a reason for the audit trail');
  await backend.POST('/v1/users/{userId}/unlock', {
    params: user,
    body: { reason: 'identity checked by phone', resetFailures: true },
  });
}
