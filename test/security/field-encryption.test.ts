import { SealBroken } from '../../src/security/aead';
import { type FieldContext, openField, sealField } from '../../src/security/field-encryption';
import { alice, bob, looseKey } from './test-keys';

const key = looseKey(alice);
const place: FieldContext = { ...alice, record: 'factor/fac_1', version: 1 };

test('a field opens where it was sealed, text or bytes', () => {
  expect(openField(key, sealField(key, 'geheim ✓', place), place).toString('utf8')).toBe('geheim ✓');
  expect(openField(key, sealField(key, Buffer.of(0, 255), place), place)).toEqual(Buffer.of(0, 255));
});

test.each<[string, Partial<FieldContext>]>([
  ["another tenant's row", { tenantId: 'evil' }],
  ["another user's row", { userId: 'bob' }],
  ['another record', { record: 'factor/fac_2' }],
  ['another version', { version: 2 }],
])('moved to %s it is broken', (_place, elsewhere) => {
  const sealed = sealField(key, 'secret', place);
  expect(() => openField(key, sealed, { ...place, ...elsewhere })).toThrow(SealBroken);
});

test('under the key of another user it is broken, and under the same bytes with another key id', () => {
  const sealed = sealField(key, 'secret', place);
  expect(() => openField(looseKey(bob), sealed, place)).toThrow(SealBroken);
  expect(() => openField({ ...key, keyId: 'key0000000bb' }, sealed, place)).toThrow(SealBroken);
});

test('where one part of a place ends and the next begins cannot be confused', () => {
  const sealed = sealField(key, 'secret', { ...place, tenantId: 'a|b', userId: 'c' });
  expect(() => openField(key, sealed, { ...place, tenantId: 'a', userId: 'b|c' })).toThrow(SealBroken);
  const quoted = sealField(key, 'secret', { ...place, tenantId: 'a","b', userId: 'c' });
  expect(() => openField(key, quoted, { ...place, tenantId: 'a', userId: 'b","c' })).toThrow(SealBroken);
});
