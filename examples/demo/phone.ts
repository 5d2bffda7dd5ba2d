import { generateSync } from 'otplib';
import type { Clock } from './clock';

const periodMs = 30_000;

/** An authenticator app: shows a code for each step of 30 seconds (RFC 6238). */
export interface Phone {
  /** A code that was not used before; a step is accepted once, so this may have to wait for the next one. */
  nextCode(): Promise<string>;
  /** What it shows now, used before or not. */
  shownCode(): string;
  /** What somebody types who does not have the phone. */
  wrongCode(): string;
}

/** @param secret base32, as the enrolment shows it */
export function createPhone(secret: string, clock: Clock): Phone {
  let used = -1;
  const stepNow = (): number => Math.floor(clock.now() / periodMs);
  const codeOf = (step: number): string => generateSync({ secret, epoch: (step * periodMs) / 1000 });
  return {
    async nextCode() {
      const untilNext = (used + 1) * periodMs - clock.now();
      if (untilNext > 0)
        await clock.pass(untilNext + 250, 'the phone shows a code for 30 s, and it is good once');
      used = stepNow();
      return codeOf(used);
    },
    shownCode: () => codeOf(stepNow()),
    wrongCode() {
      const right = new Set([-1, 0, 1].map((step) => codeOf(stepNow() + step)));
      const guesses = ['000000', '111111', '222222', '333333'];
      return guesses.find((guess) => !right.has(guess)) ?? '444444';
    },
  };
}
