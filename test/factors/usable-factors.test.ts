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
  expect(usableAmong(rows, 0, never)).toEqual(rows.slice(0, 2));
});

test('a set of codes is usable until its last code is spent', () => {
  const { material } = factors.get('recovery-code')!.methods.enrol(
    {},
    {
      random: (bytes) => Buffer.from(Array.from({ length: bytes }, (_, n) => n)),
      hash: (value) => value,
      label: { issuer: 'acme', account: 'alice' },
      factorId: 'fac_1',
      nowMs: 0,
    },
  );
  const ids = idsIn(material);
  const all = ids.length;
  const spent = (count: number) => [row('recovery-code', { spent: ids.slice(0, count) })];
  expect(usableAmong(spent(all - 1), 0, () => material)).toHaveLength(1);
  expect(usableAmong(spent(all), 0, () => material)).toEqual([]);
});

test('a factor that ends by itself is usable until then', () => {
  const rows = [row('temporary-pass', { expires_at: 1_000 })];
  expect(usableAmong(rows, 999, never)).toEqual(rows);
  expect(usableAmong(rows, 1_000, never)).toEqual([]);
  expect(usableAmong([row('totp', { expires_at: null })], 1_000, never)).toHaveLength(1);
});

test('a frozen factor is not usable, whatever its kind', () => {
  const rows = [...factors.keys()].map((kind) => row(kind, { frozen: true }));
  expect(usableAmong(rows, 0, never)).toEqual([]);
  expect(usableAmong([row('sms', { frozen: false })], 0, never)).toHaveLength(1);
});

test('a pass that is good once is not usable after its use', () => {
  const rows = [row('temporary-pass', { spent: ['pass'], expires_at: 1_000 })];
  expect(usableAmong(rows, 0, () => ({ once: true }))).toEqual([]);
});

function idsIn(material: unknown): string[] {
  const { codes } = material as { codes: { id: string }[] };
  return codes.map(({ id }) => id);
}
