import { alternativesTo } from '../../src/domain/restricted-factor';
import type { JsonObject } from '../../src/domain/json';
import { factorContracts } from '../../src/factors/catalogue';
import type { Factor, FactorState, IssuedChallenge } from '../../src/factors/factor';
import { burned, challengeOf, enrolled, fresh, hash, now } from './enrolled-factor';

/** What every kind passes whose codes travel, beside the suite of all kinds. */
export function describeDelivery(factor: Factor, config: JsonObject): void {
  const { contract, methods } = factor;
  const challenge = challengeOf('fac_example', now);
  const codeOf = (of: IssuedChallenge): string => methods.codeOf!(of, { hash });
  const verify = (code: string, of: IssuedChallenge | undefined, state = fresh, nowMs = now) => {
    const { material } = enrolled(factor, config);
    return methods.verify(material, state, code, { nowMs, hash, ...(of && { challenge: of }) });
  };

  it('says where its codes go, and that it is weaker than a secret that stays where it is', () => {
    const { material } = enrolled(factor, config);
    expect(methods.addressOf!(material)).toBe(Object.values(config)[0]);
    expect(contract.lowAssurance).toBe(true);
  });

  it('has an alternative, when it is restricted', () => {
    const alternatives = alternativesTo(contract.kind, [], factorContracts);
    expect(alternatives.length > 0).toBe(contract.restricted === true);
  });

  it('discloses nothing to the enrolling user, whose code arrives elsewhere', () => {
    expect(enrolled(factor, config).disclosure).toEqual({});
  });

  it('sends the same six digits at every attempt', () => {
    expect(codeOf(challenge)).toMatch(/^[0-9]{6}$/);
    expect(codeOf({ ...challenge })).toBe(codeOf(challenge));
  });

  it('accepts the code of its challenge, which burns the issue', () => {
    expect(verify(codeOf(challenge), challenge)).toEqual({ valid: true, counter: challenge.issue });
  });

  it('accepts nothing without a challenge', () => {
    expect(verify(codeOf(challenge), undefined)).toEqual({ valid: false });
  });

  it('accepts the code to the last millisecond of its time, and not after', () => {
    const at = (nowMs: number): boolean => verify(codeOf(challenge), challenge, fresh, nowMs).valid;
    expect(at(challenge.expiresAt - 1)).toBe(true);
    for (const late of [0, 1, 1_000]) expect(at(challenge.expiresAt + late)).toBe(false);
  });

  it('takes a replaced code for a wrong one', () => {
    const replaced = codeOf(challenge);
    const resent = { ...challenge, issue: challenge.issue + 30_000 };
    expect(verify(replaced, resent)).toEqual({ valid: false });
    expect(verify(codeOf(resent), resent)).toEqual({ valid: true, counter: resent.issue });
  });

  it('refuses the code of another challenge, though it was issued at the same instant', () => {
    expect(verify(codeOf({ ...challenge, id: 'cha_other' }), challenge)).toEqual({ valid: false });
    expect(verify(codeOf({ ...challenge, salt: 'other' }), challenge)).toEqual({ valid: false });
  });

  it('refuses a code that was made under another key', () => {
    const foreign = methods.codeOf!(challenge, { hash: (value) => hash(`other ${value}`) });
    expect(verify(foreign, challenge)).toEqual({ valid: false });
  });

  it('accepts a code once, and none that was issued before it', () => {
    const earlier = { ...challenge, id: 'cha_earlier', issue: challenge.issue - 1 };
    const state: FactorState = burned(fresh, verify(codeOf(challenge), challenge));
    expect(verify(codeOf(challenge), challenge, state)).toEqual({ valid: false });
    expect(verify(codeOf(earlier), earlier, state)).toEqual({ valid: false });
  });

  it('does not accept a used code again when the clock was moved back', () => {
    const state: FactorState = burned(fresh, verify(codeOf(challenge), challenge));
    expect(verify(codeOf(challenge), challenge, state, now - 3_600_000)).toEqual({ valid: false });
  });
}
