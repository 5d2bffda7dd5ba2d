import { usableAmong, type StoredFactor } from '../../src/factors/usable-factors';
import { factors } from '../../src/factors/catalogue';

const row = (kind: string, fields: Partial<StoredFactor> = {}): StoredFactor => ({
  factor_id: `fac_${kind}`,
  kind,
  status: 'active',
  counter: -1,
  material: 'sealed',
  spent: [],
  ...fields,
});
const never = (): never => {
  throw new Error('nothing is opened that need not be');
};

test('confirmed factors of known kinds are usable, and nothing is opened to know it', () => {
  const rows = [row('totp'), row('recovery-code'), row('totp', { status: 'pending' }), row('pigeon')];
  expect(usableAmong(rows, never)).toEqual(rows.slice(0, 2));
});

test('a set of codes is usable until its last code is spent', () => {
  const { material } = factors.get('recovery-code')!.methods.enrol(
    {},
    {
      random: (bytes) => Buffer.from(Array.from({ length: bytes }, (_, n) => n)),
      hash: (value) => value,
      label: { issuer: 'acme', account: 'alice' },
      factorId: 'fac_1',
    },
  );
  const ids = idsIn(material);
  const all = ids.length;
  const spent = (count: number) => [row('recovery-code', { spent: ids.slice(0, count) })];
  expect(usableAmong(spent(all - 1), () => material)).toHaveLength(1);
  expect(usableAmong(spent(all), () => material)).toEqual([]);
});

function idsIn(material: unknown): string[] {
  const { codes } = material as { codes: { id: string }[] };
  return codes.map(({ id }) => id);
}
