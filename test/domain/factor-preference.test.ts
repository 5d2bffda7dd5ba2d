import fc from 'fast-check';
import { comparePreferred } from '../../src/domain/factor-preference';

const totp = { id: 'fac_1', kind: 'totp' };
const second = { id: 'fac_2', kind: 'totp' };
const codes = { id: 'fac_3', kind: 'recovery-code' };

const ordered = (preference: { defaultFactor: string | null; preferredOrder: string[] }) =>
  [totp, second, codes].sort((one, other) => comparePreferred(preference, one, other)).map(({ id }) => id);

test('without a preference everything stays where it is', () => {
  expect(ordered({ defaultFactor: null, preferredOrder: [] })).toEqual(['fac_1', 'fac_2', 'fac_3']);
});

test('the default comes first, then the preferred kinds, then the rest', () => {
  expect(ordered({ defaultFactor: 'fac_2', preferredOrder: ['recovery-code'] })).toEqual([
    'fac_2',
    'fac_3',
    'fac_1',
  ]);
});

test('a default that is gone and a kind that the user has not change nothing', () => {
  expect(ordered({ defaultFactor: 'fac_9', preferredOrder: ['push'] })).toEqual(['fac_1', 'fac_2', 'fac_3']);
});

test('whatever is preferred, the same factors are there', () => {
  const some = fc.constantFrom('fac_1', 'fac_2', 'fac_3', 'fac_9', null);
  const kinds = fc.array(fc.constantFrom('totp', 'recovery-code', 'push'));
  fc.assert(
    fc.property(some, kinds, (defaultFactor, preferredOrder) => {
      expect(ordered({ defaultFactor, preferredOrder }).sort()).toEqual(['fac_1', 'fac_2', 'fac_3']);
    }),
  );
});
