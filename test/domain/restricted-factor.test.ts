import fc from 'fast-check';
import { assuranceOf, compareAcr } from '../../src/domain/assurance';
import type { FactorContract } from '../../src/domain/factor-contract';
import { alternativesTo } from '../../src/domain/restricted-factor';
import { factorContracts } from '../../src/factors/catalogue';

describe('what is offered beside a restricted factor', () => {
  it.each(['sms', 'voice'])('of kind %s is an unrestricted kind that reaches as much', (kind) => {
    expect(alternativesTo(kind, [], factorContracts)).toEqual(['totp']);
  });

  it('is nothing to a user who has it', () => {
    expect(alternativesTo('sms', ['sms', 'totp'], factorContracts)).toEqual([]);
  });

  it.each([['voice'], ['email'], ['recovery-code'], ['temporary-pass']])(
    'is still offered to a user who has only %s',
    (kind) => {
      expect(alternativesTo('sms', ['sms', kind], factorContracts)).toEqual(['totp']);
    },
  );

  it.each(['totp', 'email', 'recovery-code', 'temporary-pass', 'carrier-pigeon', ''])(
    'is nothing beside %j, which is not restricted',
    (kind) => {
      expect(alternativesTo(kind, [], factorContracts)).toEqual([]);
    },
  );

  it('is never restricted, never weaker, and never the operator’s to issue, whatever kinds there are', () => {
    const anyContract = fc.record({
      restricted: fc.boolean(),
      standsAlone: fc.boolean(),
      issuedByOperator: fc.boolean(),
      authenticator: fc.constantFrom('possession', 'knowledge', 'inherence', 'multi-factor', 'mailbox'),
    });
    fc.assert(
      fc.property(fc.array(anyContract, { maxLength: 6 }), (drawn) => {
        const totp = factorContracts.get('totp')!;
        const contracts = new Map(
          drawn.map((each, index): [string, FactorContract] => {
            const kind = `kind-${index}`;
            return [kind, { ...totp, ...(each as Partial<FactorContract>), kind }];
          }),
        );
        const reached = (kind: string) => assuranceOf([{ kind, factorId: kind }], contracts, 'pwd').acr;
        for (const kind of contracts.keys()) {
          for (const alternative of alternativesTo(kind, [], contracts)) {
            const contract = contracts.get(alternative)!;
            expect(contract).toMatchObject({ restricted: false, standsAlone: true, issuedByOperator: false });
            expect(compareAcr(reached(alternative), reached(kind))).toBeGreaterThanOrEqual(0);
          }
        }
      }),
    );
  });
});
