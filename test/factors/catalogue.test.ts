import { factorContracts, factors } from '../../src/factors/catalogue';

describe('the factor catalogue', () => {
  it('knows each kind by its name, with its contract', () => {
    expect([...factors.keys()]).toEqual(['totp', 'recovery-code']);
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
});
