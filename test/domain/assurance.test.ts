import { assuranceOf, compareAcr, meetsAcr } from '../../src/domain/assurance';
import type {
  AuthenticatorCategory,
  FactorContract,
  FactorContracts,
} from '../../src/domain/factor-contract';

function contract(kind: string, authenticator: AuthenticatorCategory, amr: string[]): FactorContract {
  return {
    kind,
    authenticator,
    amr,
    label: kind,
    help: kind,
    icon: kind,
    maxPerUser: 1,
    enrolmentConfig: { type: 'object' },
    standsAlone: true,
    codePattern: '.',
    secretShownOnce: true,
  };
}

const contracts: FactorContracts = new Map(
  [
    contract('totp', 'possession', ['otp']),
    contract('sms', 'possession', ['sms']),
    { ...contract('recovery-code', 'possession', ['otp']), savedRecoveryCode: true },
    contract('passcode', 'knowledge', ['pin']),
    contract('passkey', 'multi-factor', ['hwk', 'user']),
  ].map((each) => [each.kind, each]),
);

/** Proofs of one factor for each kind. */
function proofs(...kinds: string[]) {
  return kinds.map((kind, index) => ({ kind, factorId: `factor-${index}` }));
}

describe('what proofs add up to', () => {
  it.each([
    [[], null, 'aal0', []],
    [[], 'pwd', 'aal0', ['pwd']],
    [['totp'], null, 'aal1', ['otp']],
    [['totp'], 'pwd', 'aal2', ['pwd', 'otp', 'mfa']],
    [['recovery-code'], null, 'aal1', ['otp']],
    [['recovery-code'], 'pwd', 'aal2', ['pwd', 'otp', 'mfa']],
    [['totp', 'recovery-code'], null, 'aal2', ['otp', 'mfa']],
    [['totp', 'sms'], null, 'aal1', ['otp', 'sms']],
    [['totp', 'passcode'], null, 'aal2', ['otp', 'pin', 'mfa']],
    [['passcode'], 'pwd', 'aal1', ['pwd', 'pin']],
    [['passkey'], null, 'aal2', ['hwk', 'user', 'mfa']],
    [['carrier-pigeon'], null, 'aal0', []],
    [['carrier-pigeon', 'totp'], null, 'aal1', ['otp']],
  ] as const)('%j beside %s is %s, %j', (kinds, primary, acr, amr) => {
    expect(assuranceOf(proofs(...kinds), contracts, primary)).toEqual({ acr, amr });
  });

  it('counts the same kind once, in whatever number of factors', () => {
    expect(assuranceOf(proofs('totp', 'totp', 'totp'), contracts).acr).toBe('aal1');
    expect(assuranceOf(proofs('recovery-code', 'recovery-code'), contracts).acr).toBe('aal1');
  });

  it('counts the same factor once, even when it claims to be of two kinds', () => {
    const twice = [
      { kind: 'totp', factorId: 'one' },
      { kind: 'recovery-code', factorId: 'one' },
    ];
    expect(assuranceOf(twice, contracts).acr).toBe('aal1');
  });
});

describe('assurance levels', () => {
  it('are ordered', () => {
    expect(compareAcr('aal2', 'aal1')).toBeGreaterThan(0);
    expect(compareAcr('aal0', 'aal1')).toBeLessThan(0);
    expect(compareAcr('aal1', 'aal1')).toBe(0);
  });

  it('meet a request at the same level or above, and aal1 where nothing was requested', () => {
    expect(meetsAcr('aal1', 'aal2')).toBe(false);
    expect(meetsAcr('aal2', 'aal2')).toBe(true);
    expect(meetsAcr('aal2', 'aal1')).toBe(true);
    expect(meetsAcr('aal0', null)).toBe(false);
    expect(meetsAcr('aal1', null)).toBe(true);
  });
});
