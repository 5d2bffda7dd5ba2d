import { assuranceOf } from '../../src/domain/assurance';
import type { FactorContract } from '../../src/domain/factor-contract';
import { factorContracts, factors } from '../../src/factors/catalogue';

describe('the factor catalogue', () => {
  it('knows each kind by its name, with its contract', () => {
    expect([...factors.keys()]).toEqual(['totp', 'recovery-code', 'sms', 'voice', 'email', 'temporary-pass']);
    for (const [kind, factor] of factors) {
      expect(factor.contract.kind).toBe(kind);
      expect(factorContracts.get(kind)).toBe(factor.contract);
    }
  });

  it('has a kind that can be the first of a user, and offers recovery codes after it', () => {
    expect(factorContracts.get('totp')).toMatchObject({ standsAlone: true });
    expect(factorContracts.get('recovery-code')).toMatchObject({
      standsAlone: false,
      offeredAfterFirst: true,
    });
  });

  it('restricts what travels over the telephone network, and lets a mailbox prove no device', () => {
    const kindsWith = (is: (contract: FactorContract) => boolean): string[] =>
      [...factorContracts.values()].filter(is).map(({ kind }) => kind);
    expect(kindsWith(({ restricted }) => restricted === true)).toEqual(['sms', 'voice']);
    expect(kindsWith(({ authenticator }) => authenticator === 'mailbox')).toEqual(['email']);
    expect(kindsWith(({ delivery }) => delivery !== undefined)).toEqual(['sms', 'voice', 'email']);
  });

  it('leaves to operators what nobody enrols for themselves', () => {
    expect(factorContracts.get('temporary-pass')).toMatchObject({
      issuedByOperator: true,
      standsAlone: false,
    });
  });

  it.each([
    ['sms', 'aal2'],
    ['voice', 'aal2'],
    ['email', 'aal1'],
    ['temporary-pass', 'aal1'],
  ])('%s alone reaches aal1, and beside a password %s', (kind, acr) => {
    const proof = [{ kind, factorId: 'fac' }];
    expect(assuranceOf(proof, factorContracts).acr).toBe('aal1');
    expect(assuranceOf(proof, factorContracts, 'pwd').acr).toBe(acr);
  });

  it('says what was proved in the registered words of RFC 8176', () => {
    const words = Object.fromEntries([...factorContracts].map(([kind, { amr }]) => [kind, amr]));
    expect(words).toEqual({
      totp: ['otp'],
      'recovery-code': ['otp'],
      sms: ['sms'],
      voice: ['tel'],
      email: ['otp'],
      'temporary-pass': ['otp'],
    });
  });
});
