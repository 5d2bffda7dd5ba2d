import { schemaFaults } from '../../src/domain/json-schema';
import type { JsonObject, JsonValue } from '../../src/domain/json';
import type { Factor } from '../../src/factors/factor';
import { describeDelivery } from './delivered-factor';
import { burned, challengeOf, enrolled, fresh, hash, now } from './enrolled-factor';

export { burned, challengeOf, enrolled, fresh, hash, now } from './enrolled-factor';

/** What the suite has to be told of a kind. */
export interface FactorFixtures {
  /** What an enrolment has to say; without it, nothing. */
  readonly config?: JsonObject;
  /**
   * The code that a user who was shown this disclosure would submit at `nowMs`, the next one of the factor. A kind whose codes
   * travel needs none: the code of its challenge arrives.
   */
  codeOf?(disclosure: JsonObject, nowMs: number): string;
  /** A code as well formed as this right one, and wrong. */
  wrongCodeOf(code: string): string;
  /** Choices of the enrolling caller that the kind refuses. */
  readonly badConfigs: readonly JsonObject[];
}

/** The suite that every factor kind passes. */
export function describeFactor(factor: Factor, fixtures: FactorFixtures): void {
  const { contract, methods } = factor;
  const config = fixtures.config ?? {};
  const verify = (material: JsonValue, code: string, state = fresh, nowMs = now, issue = now) =>
    methods.verify(material, state, code, { nowMs, hash, challenge: challengeOf('fac_example', issue) });
  const enrol = (factorId = 'fac_example') => {
    const { material, disclosure } = enrolled(factor, config, factorId);
    const codeAt = (nowMs: number): string =>
      methods.codeOf?.(challengeOf(factorId, nowMs), { hash }) ?? fixtures.codeOf!(disclosure, nowMs);
    return { material, disclosure, codeAt };
  };

  describe(`as a factor, ${contract.kind}`, () => {
    it('has a contract of plain data that a user interface can show', () => {
      expect(JSON.parse(JSON.stringify(contract))).toEqual(contract);
      expect(contract.kind).toMatch(/^[a-z][a-z-]{0,31}$/);
      expect(contract.label.length * contract.help.length * contract.icon.length).toBeGreaterThan(0);
      expect(contract.amr.length).toBeGreaterThan(0);
      expect(contract.maxPerUser).toBeGreaterThan(0);
    });

    it('enrols with what its contract requires, and its defaults for the rest', () => {
      expect(Object.keys(config)).toEqual(contract.enrolmentConfig.required ?? []);
      expect(schemaFaults(contract.enrolmentConfig, config)).toEqual([]);
      expect(enrolled(factor, config)).toEqual({
        material: expect.anything(),
        disclosure: expect.any(Object),
      });
    });

    it('refuses choices that its contract does not know', () => {
      for (const bad of [...fixtures.badConfigs, { ...config, unknown: 1 }]) {
        expect(() => enrolled(factor, bad)).toThrow(expect.objectContaining({ code: 'invalid_request' }));
      }
    });

    it('makes new material at every enrolment, where it holds a secret', () => {
      const [one, other] = [enrol().material, enrol().material];
      if (contract.delivery === undefined) expect(one).not.toEqual(other);
      else expect(one).toEqual(other);
    });

    it('accepts a right code, however it is grouped', () => {
      const { material, codeAt } = enrol();
      const code = codeAt(now);
      expect(verify(material, code).valid).toBe(true);
      const bare = code.replaceAll('-', '');
      expect(verify(material, ` ${bare.slice(0, 3)} ${bare.slice(3)}\n`).valid).toBe(true);
    });

    it('submits codes that fit the pattern of its contract', () => {
      const code = enrol().codeAt(now).replaceAll('-', '');
      expect(code).toMatch(new RegExp(contract.codePattern));
    });

    it('accepts it once: what a valid code burns refuses it afterwards', () => {
      const { material, codeAt } = enrol();
      const code = codeAt(now);
      const first = verify(material, code);
      expect(first).not.toEqual({ valid: true });
      expect(verify(material, code, burned(fresh, first))).toEqual({ valid: false });
    });

    it('accepts nothing again that a restore has forgotten, now or within the minute', () => {
      const { material, codeAt } = enrol();
      const code = codeAt(now);
      expect(verify(material, code).valid).toBe(true);
      const becomes = methods.afterRestore(material, fresh, { nowMs: now });
      if (becomes === 'retire') return;
      for (const later of [now, now + 30_000, now + 60_000]) {
        const state = { counter: becomes.counter, spent: new Set<string>() };
        expect(verify(material, code, state, later)).toEqual({ valid: false });
      }
      const later = now + 60_000;
      const state = { ...fresh, counter: becomes.counter };
      expect(verify(material, codeAt(later), state, later, later).valid).toBe(true);
    });

    it('is never set back by a restore', () => {
      const { material } = enrol();
      const becomes = methods.afterRestore(
        material,
        { ...fresh, counter: Number.MAX_SAFE_INTEGER },
        { nowMs: now },
      );
      expect(becomes === 'retire' || becomes.counter === Number.MAX_SAFE_INTEGER).toBe(true);
    });

    it('works with material that was stored as JSON', () => {
      const { material, codeAt } = enrol();
      const stored = JSON.parse(JSON.stringify(material)) as JsonValue;
      expect(stored).toEqual(material);
      expect(verify(stored, codeAt(now)).valid).toBe(true);
    });

    it('refuses a wrong code', () => {
      const { material, codeAt } = enrol();
      const wrong = fixtures.wrongCodeOf(codeAt(now));
      expect(wrong.replaceAll('-', '')).toMatch(new RegExp(contract.codePattern));
      expect(verify(material, wrong)).toEqual({ valid: false });
    });

    it('refuses the right code of someone else', () => {
      const mine = enrol();
      const theirs = enrol('fac_theirs');
      expect(verify(mine.material, theirs.codeAt(now))).toEqual({ valid: false });
    });

    it('refuses every malformed code without throwing', () => {
      const { material, codeAt } = enrol();
      const code = codeAt(now);
      const malformed = [
        '',
        ' ',
        '-',
        '0',
        code.slice(1),
        `${code}0`,
        `${code}\u0000`,
        `\u0000${code}`,
        code.replace(/./, '١'),
        code.replaceAll(/[0-9]/g, (digit) => String.fromCodePoint(0xff10 + Number(digit))) + '０',
        '\ud800\ud800\ud800\ud800\ud800\ud800',
        '__proto__',
        '[object Object]',
        '1e5',
        '-12345',
        '0x1234',
        '9'.repeat(1_000_000),
      ];
      for (const each of malformed) expect(verify(material, each)).toEqual({ valid: false });
    });

    it('does not change the material or the state it is given', () => {
      const { material, codeAt } = enrol();
      const before = JSON.stringify(material);
      const state = { counter: -1, spent: new Set<string>() };
      verify(material, codeAt(now), state);
      expect(JSON.stringify(material)).toBe(before);
      expect(state).toEqual({ counter: -1, spent: new Set() });
    });

    it('discloses the same again, where it can', () => {
      const { material, disclosure } = enrol();
      const label = { issuer: 'Example Bank', account: 'user-1' };
      expect(methods.disclose?.(material, label) ?? disclosure).toEqual(disclosure);
    });

    if (methods.expiresAt !== undefined) {
      it('proves nothing from the instant at which it ends by itself', () => {
        const { material, codeAt } = enrol();
        const end = methods.expiresAt!(material);
        expect(end).toBeGreaterThan(now);
        expect(verify(material, codeAt(now), fresh, end - 1).valid).toBe(true);
        expect(verify(material, codeAt(now), fresh, end)).toEqual({ valid: false });
      });
    }

    if (contract.delivery !== undefined) describeDelivery(factor, config);
  });
}
