import { refuseWithoutAuthority } from '../../../src/activities/decisions/authority';
import type { Situation } from '../../../src/persistence/situation';

const now = 1_800_000_000;
const authority = { by: 'step-up', authenticationId: 'aut_1' } as const;

/** A user with an authenticator app and a mailbox, and a step-up with these proofs, each so many seconds old. */
function proved(ages: Record<string, number>, changed: { refused?: true; frozen?: string } = {}) {
  const situation = {
    now: now * 1_000,
    operatorOnly: false,
    lockedUntil: null,
    factors: ['totp', 'email'].map((kind) => ({
      factor_id: `fac_${kind}`,
      kind,
      status: 'active',
      frozen: changed.frozen === kind,
    })),
    authentication: {
      authentication_id: 'aut_1',
      status: 'approved',
      refused: changed.refused ?? false,
      proofs: Object.entries(ages).map(([kind, age]) => ({
        factorId: `fac_${kind}`,
        kind,
        at: now - age,
        usedBy: null,
      })),
    },
  } as unknown as Situation;
  return refuseWithoutAuthority(situation, authority);
}

test('a fresh proof of the strongest factor allows a change', () => {
  expect(proved({ totp: 300 })).toBeUndefined();
  expect(proved({ totp: 0, email: 0 })).toBeUndefined();
});

test('a strong proof that is too old lends nothing to a weak one that is fresh', () => {
  expect(proved({ totp: 301, email: 0 })).toMatchObject({ refused: 'step_up_required' });
  expect(proved({ totp: 301 })).toEqual({ refused: 'step_up_stale' });
});

test('nothing that was refused since, or rests on a frozen factor, allows a change', () => {
  expect(proved({ totp: 0 }, { refused: true })).toEqual({ refused: 'step_up_required' });
  expect(proved({ totp: 0 }, { frozen: 'totp' })).toEqual({ refused: 'step_up_required' });
  expect(proved({ totp: 0, email: 0 }, { frozen: 'email' })).toEqual({ refused: 'step_up_required' });
});
