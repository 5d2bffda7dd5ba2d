import fc from 'fast-check';
import type { FactorState, IssuedChallenge } from '../../src/factors/factor';
import { issuedCode } from '../../src/factors/issued-code';
import { issuedCodeAfterRestore } from '../../src/factors/issued-code-after-restore';
import { verifyIssuedCode } from '../../src/factors/verify-issued-code';
import { burned, challengeOf, fresh, hash, now } from '../contracts/factor';

const verify = (code: string, challenge: IssuedChallenge, state: FactorState, nowMs: number) =>
  verifyIssuedCode(null, state, code, { challenge, nowMs, hash });

/** What a user and an attacker can do between two instants: answer with one of the codes that were sent, or ask for another. */
const move = fc.record({
  what: fc.constantFrom('resend', 'answer', 'begin', 'restore'),
  which: fc.nat(20),
  passes: fc.integer({ min: -400_000, max: 400_000 }),
});

describe('a code that travelled', () => {
  it('is accepted at most once, the newest only, within its time, whatever happens in whatever order', () => {
    fc.assert(
      fc.property(fc.array(move, { minLength: 1, maxLength: 60, size: 'max' }), (moves) => {
        let nowMs = now;
        let state = fresh;
        let challenge = challengeOf('fac_0', now);
        const sent = [{ ...challenge, used: false }];
        moves.forEach(({ what, which, passes }, index) => {
          nowMs += passes;
          if (what === 'restore') {
            state = { ...fresh, ...(issuedCodeAfterRestore(null, state, { nowMs }) as { counter: number }) };
          } else if (what === 'answer') {
            const arrived = sent[which % sent.length]!;
            const verdict = verify(issuedCode(hash, arrived), challenge, state, nowMs);
            const isNewest = arrived.id === challenge.id && arrived.issue === challenge.issue;
            const isOpen = nowMs < challenge.expiresAt && challenge.issue > state.counter;
            expect(verdict.valid).toBe(isNewest && isOpen);
            if (verdict.valid) expect(arrived.used).toBe(false);
            arrived.used ||= verdict.valid;
            state = burned(state, verdict);
          } else {
            const issue = Math.max(nowMs, state.counter + 1, challenge.issue + 1);
            const base = what === 'begin' ? challengeOf(`fac_${index}`, issue) : { ...challenge, issue };
            challenge = { ...base, expiresAt: nowMs + 600_000 };
            sent.push({ ...challenge, used: false });
          }
        });
      }),
    );
  });

  it('is not found by guessing: of all codes, one is right', () => {
    const challenge = challengeOf('fac_guessed', now);
    const right = issuedCode(hash, challenge);
    const guesses = Array.from({ length: 2_000 }, (_, guess) => String(guess * 500).padStart(6, '0'));
    const accepted = guesses.filter((guess) => verify(guess, challenge, fresh, now).valid);
    expect(accepted).toEqual(guesses.filter((guess) => guess === right));
  });

  it('is not what a number in another notation, script or length is', () => {
    const challenge = challengeOf('fac_strict', now);
    const right = issuedCode(hash, challenge);
    const fullWidth = right.replaceAll(/[0-9]/g, (digit) => String.fromCodePoint(0xff10 + Number(digit)));
    for (const odd of [fullWidth, `${right}.0`, `+${right}`, `0${right}`, `${right}\u200b`, `${right}e0`]) {
      expect(verify(odd, challenge, fresh, now)).toEqual({ valid: false });
    }
    expect(verify(right, challenge, fresh, now).valid).toBe(true);
  });
});

describe('a factor of such codes after a restore', () => {
  it('has burned every code that was issued until then, and accepts the next', () => {
    const forgotten = challengeOf('fac_restored', now - 1);
    const becomes = issuedCodeAfterRestore(null, fresh, { nowMs: now });
    const state = { ...fresh, ...(becomes as { counter: number }) };
    expect(verify(issuedCode(hash, forgotten), forgotten, state, now)).toEqual({ valid: false });
    const next = { ...forgotten, issue: now + 1 };
    expect(verify(issuedCode(hash, next), next, state, now + 1).valid).toBe(true);
  });
});
