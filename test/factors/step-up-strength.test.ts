import { everyProofStands, isStrongEnough, type OwnFactor } from '../../src/factors/step-up-strength';

const own = (kind: string, fields: Partial<OwnFactor> = {}): OwnFactor => ({
  factor_id: `fac_${kind}`,
  kind,
  status: 'active',
  frozen: false,
  ...fields,
});
const proved = (...kinds: string[]) => kinds.map((kind) => ({ factorId: `fac_${kind}`, kind }));
const enough = (kinds: string[], factors: OwnFactor[]) => isStrongEnough(proved(...kinds), factors);

test('a mailbox is not enough beside any device of the user, and enough where there is none', () => {
  for (const kind of ['totp', 'sms', 'voice'])
    expect(enough(['email'], [own('email'), own(kind)])).toBe(false);
  expect(enough(['email'], [own('email')])).toBe(true);
});

test('any device is enough for what another reaches', () => {
  for (const kind of ['totp', 'sms', 'voice'])
    expect(enough([kind], [own('totp'), own('sms'), own('voice'), own('email')])).toBe(true);
});

test('who has lost the rest gets by with a saved recovery code or a temporary pass', () => {
  for (const kind of ['recovery-code', 'temporary-pass'])
    expect(enough([kind], [own('totp'), own(kind), own('email')])).toBe(true);
});

test('nobody has to reach a recovery code, a pass, or a factor that was never confirmed', () => {
  const beside = [own('recovery-code'), own('temporary-pass'), own('totp', { status: 'pending' })];
  expect(enough(['email'], [own('email'), ...beside])).toBe(true);
});

test('freezing the stronger factor opens no way around it', () => {
  expect(enough(['email'], [own('email'), own('totp', { frozen: true })])).toBe(false);
});

test('nothing proved is never enough', () => {
  expect(enough([], [own('email')])).toBe(false);
});

test('what was proved stands as long as its factors are there, confirmed and not frozen', () => {
  const both = proved('totp', 'email');
  expect(everyProofStands(both, [own('totp'), own('email')])).toBe(true);
  expect(everyProofStands(both, [own('totp')])).toBe(false);
  expect(everyProofStands(both, [own('totp', { frozen: true }), own('email')])).toBe(false);
  expect(everyProofStands(both, [own('totp', { status: 'pending' }), own('email')])).toBe(false);
});
