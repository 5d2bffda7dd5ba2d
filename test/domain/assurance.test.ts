import fc from 'fast-check';
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
    { ...contract('sms', 'possession', ['sms']), lowAssurance: true, restricted: true },
    { ...contract('voice', 'possession', ['tel']), lowAssurance: true, restricted: true },
    { ...contract('email', 'mailbox', ['otp']), lowAssurance: true },
    { ...contract('temporary-pass', 'knowledge', ['otp']), lowAssurance: true },
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
    [['sms'], 'pwd', 'aal2', ['pwd', 'sms', 'mfa']],
    [['voice'], 'pwd', 'aal2', ['pwd', 'tel', 'mfa']],
    [['sms', 'voice'], null, 'aal1', ['sms', 'tel']],
    [['sms', 'voice'], 'pwd', 'aal2', ['pwd', 'sms', 'tel', 'mfa']],
    [['email'], null, 'aal1', ['otp']],
    [['email'], 'pwd', 'aal1', ['pwd', 'otp']],
    [['totp', 'email'], null, 'aal1', ['otp']],
    [['sms', 'email'], null, 'aal1', ['sms', 'otp']],
    [['passcode', 'email'], null, 'aal1', ['pin', 'otp']],
    [['recovery-code', 'email'], null, 'aal1', ['otp']],
    [['recovery-code', 'sms'], null, 'aal2', ['otp', 'sms', 'mfa']],
    [['sms', 'email'], 'pwd', 'aal2', ['pwd', 'sms', 'otp', 'mfa']],
    [['temporary-pass'], null, 'aal1', ['otp']],
    [['temporary-pass'], 'pwd', 'aal1', ['pwd', 'otp']],
    [['temporary-pass', 'email'], 'pwd', 'aal1', ['pwd', 'otp']],
    [['temporary-pass', 'totp'], null, 'aal2', ['otp', 'mfa']],
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

describe('whatever was proved', () => {
  const anyProofs = fc.array(fc.constantFrom(...contracts.keys()), { maxLength: 5 });
  const anyPrimary = fc.constantFrom('pwd' as const, null);
  const lowKinds = [...contracts.values()].filter(({ lowAssurance }) => lowAssurance).map(({ kind }) => kind);
  const reached = (kinds: readonly string[], primary: 'pwd' | null) =>
    assuranceOf(proofs(...kinds), contracts, primary).acr;

  it('another factor, be it a weak one, never lowers what was reached', () => {
    fc.assert(
      fc.property(anyProofs, fc.constantFrom(...lowKinds), anyPrimary, (kinds, low, primary) => {
        expect(compareAcr(reached([...kinds, low], primary), reached(kinds, primary))).toBeGreaterThanOrEqual(
          0,
        );
      }),
    );
  });

  it('a mailbox raises nothing above aal1', () => {
    fc.assert(
      fc.property(anyProofs, anyPrimary, (kinds, primary) => {
        const without = reached(
          kinds.filter((kind) => kind !== 'email'),
          primary,
        );
        expect(reached([...kinds, 'email'], primary)).toBe(without === 'aal2' ? 'aal2' : 'aal1');
      }),
    );
  });

  it('does not depend on the order of proof', () => {
    fc.assert(
      fc.property(anyProofs, anyPrimary, (kinds, primary) => {
        expect(reached([...kinds].reverse(), primary)).toBe(reached(kinds, primary));
      }),
    );
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
