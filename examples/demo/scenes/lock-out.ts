import { context, given, type Enrolled, type Stage } from '../stage';
import type { AnswerBody } from '../backend';

const failuresBeforeWait = 5;
const failuresBeforeLock = 10;

/** Somebody guesses until the failure budget is spent, and an operator opens the door again. */
export async function lockOut(stage: Stage, { phone }: Enrolled): Promise<void> {
  const { backend, clock, narrator, userPath } = stage;
  const attempt = (code: string, expect: number): Promise<AnswerBody> =>
    backend.call('POST', `${userPath}/authentications`, {
      body: { primary: 'pwd', context, response: { kind: 'totp', code } },
      expect,
    });

  narrator.scene('Somebody guesses: from the fifth failure on there is a wait');
  let last: AnswerBody = {};
  for (let failures = 1; failures <= failuresBeforeWait; failures += 1)
    last = await attempt(phone.wrongCode(), 200);
  narrator.say('  Within the wait no code is looked at or counted, not even the one that the phone shows.\n');
  await attempt(phone.shownCode(), 429);

  narrator.scene(`The lock${clock.jumps ? ': the tenth failure' : ', here by an operator'}`);
  if (clock.jumps) {
    for (let failures = failuresBeforeWait + 1; failures <= failuresBeforeLock; failures += 1) {
      await clock.pass(given(last.retryAfter, 'retryAfter') * 1000, 'the wait doubles with every failure');
      last = await attempt(phone.wrongCode(), 200);
    }
  } else {
    narrator.say(
      '  (The tenth failure locks as well; without test mode that takes a quarter of an hour of waits.)',
    );
    await backend.call('POST', `${userPath}/lock`, { body: { reason: 'somebody is guessing' } });
  }
  narrator.say('  Now the code that the phone shows is answered as any other is.\n');
  await attempt(phone.shownCode(), 423);

  narrator.scene('An operator unlocks, with a reason for the audit trail');
  await backend.call('POST', `${userPath}/unlock`, {
    body: { reason: 'identity checked by phone', resetFailures: true },
  });
}
