import { createHmac, randomBytes } from 'node:crypto';
import { schemaFaults } from '../../src/domain/json-schema';
import type { JsonObject, JsonValue } from '../../src/domain/json';
import type { Enrolment, Factor, FactorState, Verification } from '../../src/factors/factor';

/** What the suite has to be told of a kind. */
export interface FactorFixtures {
  /** The code that a user who was shown this disclosure would submit at `nowMs`, the next one of the factor. */
  codeOf(disclosure: JsonObject, nowMs: number): string;
  /** A code as well formed as this right one, and wrong. */
  wrongCodeOf(code: string): string;
  /** Choices of the enrolling caller that the kind refuses. */
  readonly badConfigs: readonly JsonObject[];
}

const now = Date.UTC(2026, 5, 1, 12, 0, 7);
const fresh: FactorState = { counter: -1, spent: new Set() };
const pepper = randomBytes(32);

export const hash = (value: string): string => createHmac('sha256', pepper).update(value).digest('base64url');

export function enrolled(factor: Factor, config: JsonObject = {}, factorId = 'fac_example'): Enrolment {
  const label = { issuer: 'Example Bank', account: 'user-1' };
  return factor.methods.enrol(config, { random: randomBytes, hash, label, factorId });
}

/** What the database holds after a valid code. */
export function burned(state: FactorState, verification: Verification): FactorState {
  if (!verification.valid) return state;
  const { counter = state.counter, spend } = verification;
  return { counter, spent: spend === undefined ? state.spent : new Set([...state.spent, spend]) };
}

/** The suite that every factor kind passes. */
export function describeFactor(factor: Factor, fixtures: FactorFixtures): void {
  const { contract, methods } = factor;
  const verify = (material: JsonValue, code: string, state = fresh, nowMs = now) =>
    methods.verify(material, state, code, { nowMs, hash });

  describe(`as a factor, ${contract.kind}`, () => {
    it('has a contract of plain data that a user interface can show', () => {
      expect(JSON.parse(JSON.stringify(contract))).toEqual(contract);
      expect(contract.kind).toMatch(/^[a-z][a-z-]{0,31}$/);
      expect(contract.label.length * contract.help.length * contract.icon.length).toBeGreaterThan(0);
      expect(contract.amr.length).toBeGreaterThan(0);
      expect(contract.maxPerUser).toBeGreaterThan(0);
    });

    it('enrols with the defaults of its contract', () => {
      expect(schemaFaults(contract.enrolmentConfig, {})).toEqual([]);
      expect(enrolled(factor)).toEqual({ material: expect.anything(), disclosure: expect.any(Object) });
    });

    it('refuses choices that its contract does not know', () => {
      for (const config of [...fixtures.badConfigs, { unknown: 1 }]) {
        expect(() => enrolled(factor, config)).toThrow(expect.objectContaining({ code: 'invalid_request' }));
      }
    });

    it('makes new material at every enrolment', () => {
      expect(enrolled(factor).material).not.toEqual(enrolled(factor).material);
    });

    it('accepts a right code, however it is grouped', () => {
      const { material, disclosure } = enrolled(factor);
      const code = fixtures.codeOf(disclosure, now);
      expect(verify(material, code).valid).toBe(true);
      const bare = code.replaceAll('-', '');
      expect(verify(material, ` ${bare.slice(0, 3)} ${bare.slice(3)}\n`).valid).toBe(true);
    });

    it('submits codes that fit the pattern of its contract', () => {
      const code = fixtures.codeOf(enrolled(factor).disclosure, now).replaceAll('-', '');
      expect(code).toMatch(new RegExp(contract.codePattern));
    });

    it('accepts it once: what a valid code burns refuses it afterwards', () => {
      const { material, disclosure } = enrolled(factor);
      const code = fixtures.codeOf(disclosure, now);
      const first = verify(material, code);
      expect(first).not.toEqual({ valid: true });
      expect(verify(material, code, burned(fresh, first))).toEqual({ valid: false });
    });

    it('accepts nothing again that a restore has forgotten, now or within the minute', () => {
      const { material, disclosure } = enrolled(factor);
      const code = fixtures.codeOf(disclosure, now);
      expect(verify(material, code).valid).toBe(true);
      const becomes = methods.afterRestore(material, fresh, { nowMs: now });
      if (becomes === 'retire') return;
      for (const later of [now, now + 30_000, now + 60_000]) {
        const state = { counter: becomes.counter, spent: new Set<string>() };
        expect(verify(material, code, state, later)).toEqual({ valid: false });
      }
      const next = fixtures.codeOf(disclosure, now + 60_000);
      expect(verify(material, next, { ...fresh, counter: becomes.counter }, now + 60_000).valid).toBe(true);
    });

    it('is never set back by a restore', () => {
      const { material } = enrolled(factor);
      const becomes = methods.afterRestore(
        material,
        { ...fresh, counter: Number.MAX_SAFE_INTEGER },
        { nowMs: now },
      );
      expect(becomes === 'retire' || becomes.counter === Number.MAX_SAFE_INTEGER).toBe(true);
    });

    it('works with material that was stored as JSON', () => {
      const { material, disclosure } = enrolled(factor);
      const stored = JSON.parse(JSON.stringify(material)) as JsonValue;
      expect(stored).toEqual(material);
      expect(verify(stored, fixtures.codeOf(disclosure, now)).valid).toBe(true);
    });

    it('refuses a wrong code', () => {
      const { material, disclosure } = enrolled(factor);
      const wrong = fixtures.wrongCodeOf(fixtures.codeOf(disclosure, now));
      expect(wrong.replaceAll('-', '')).toMatch(new RegExp(contract.codePattern));
      expect(verify(material, wrong)).toEqual({ valid: false });
    });

    it('refuses the right code of someone else', () => {
      const mine = enrolled(factor, {}, 'fac_mine');
      const theirs = enrolled(factor, {}, 'fac_theirs');
      expect(verify(mine.material, fixtures.codeOf(theirs.disclosure, now))).toEqual({ valid: false });
    });

    it('refuses every malformed code without throwing', () => {
      const { material, disclosure } = enrolled(factor);
      const code = fixtures.codeOf(disclosure, now);
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
      const { material, disclosure } = enrolled(factor);
      const before = JSON.stringify(material);
      const state = { counter: -1, spent: new Set<string>() };
      verify(material, fixtures.codeOf(disclosure, now), state);
      expect(JSON.stringify(material)).toBe(before);
      expect(state).toEqual({ counter: -1, spent: new Set() });
    });

    it('discloses the same again, where it can', () => {
      const { material, disclosure } = enrolled(factor);
      const label = { issuer: 'Example Bank', account: 'user-1' };
      expect(methods.disclose?.(material, label) ?? disclosure).toEqual(disclosure);
    });
  });
}
