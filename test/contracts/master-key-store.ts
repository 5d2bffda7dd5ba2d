import { randomBytes } from 'node:crypto';
import { SealBroken } from '../../src/security/aead';
import { type MasterKeyStore, MasterKeyUnknown } from '../../src/security/master-key/master-key-store';

/** What an implementation brings: a store, and the means to give it a new current key. */
export interface MasterKeyStoreFixture {
  readonly store: MasterKeyStore;
  rotate(): Promise<void>;
  close(): Promise<void>;
}

/** Every place that keeps master keys passes this suite. */
export function describeMasterKeyStore(name: string, create: () => Promise<MasterKeyStoreFixture>): void {
  describe(`${name} keeps master keys`, () => {
    let fixture: MasterKeyStoreFixture;
    const dataKey = randomBytes(32);

    beforeEach(async () => {
      fixture = await create();
    });
    afterEach(async () => {
      await fixture.close();
    });

    test('what it wraps it unwraps', async () => {
      const { masterKeyId, wrapped } = await fixture.store.wrap(dataKey, 'row 1');
      expect(await fixture.store.unwrap(masterKeyId, wrapped, 'row 1')).toEqual(dataKey);
    });

    test('it wraps under the current key and says so', async () => {
      const { masterKeyId } = await fixture.store.wrap(dataKey, 'row 1');
      expect(masterKeyId).toBe(fixture.store.currentKeyId());
    });

    test('a wrapped key shows nothing of the key, and is another each time', async () => {
      const one = await fixture.store.wrap(dataKey, 'row 1');
      const other = await fixture.store.wrap(dataKey, 'row 1');
      expect(one.wrapped.includes(dataKey.subarray(0, 8))).toBe(false);
      expect(one.wrapped.equals(other.wrapped)).toBe(false);
    });

    test('many that it wraps at once unwrap one by one, each for its own row', async () => {
      const rows = ['row 1', 'row 2'];
      const wrapped = await fixture.store.wrapMany(
        rows.map((associatedData) => ({ plain: dataKey, associatedData })),
      );
      for (const [at, one] of wrapped.entries()) {
        expect(one.masterKeyId).toBe(fixture.store.currentKeyId());
        expect(await fixture.store.unwrap(one.masterKeyId, one.wrapped, rows[at]!)).toEqual(dataKey);
        await expect(fixture.store.unwrap(one.masterKeyId, one.wrapped, rows[1 - at]!)).rejects.toThrow(
          SealBroken,
        );
      }
    });

    test('moved to another row, a wrapped key does not unwrap', async () => {
      const { masterKeyId, wrapped } = await fixture.store.wrap(dataKey, 'row 1');
      await expect(fixture.store.unwrap(masterKeyId, wrapped, 'row 2')).rejects.toThrow(SealBroken);
    });

    test('an altered one does not unwrap either', async () => {
      const { masterKeyId, wrapped } = await fixture.store.wrap(dataKey, 'row 1');
      wrapped[wrapped.length >> 1]! ^= 1;
      await expect(fixture.store.unwrap(masterKeyId, wrapped, 'row 1')).rejects.toThrow(SealBroken);
    });

    test('a master key that it never had is named as unknown', async () => {
      const { wrapped } = await fixture.store.wrap(dataKey, 'row 1');
      const attempt = fixture.store.unwrap('never', wrapped, 'row 1');
      await expect(attempt).rejects.toThrow(MasterKeyUnknown);
      await expect(attempt).rejects.toMatchObject({ code: 'master_key_unknown' });
    });

    test('after a rotation it wraps under the new key and still unwraps what is under the old', async () => {
      const old = await fixture.store.wrap(dataKey, 'row 1');
      await fixture.rotate();
      const fresh = await fixture.store.wrap(dataKey, 'row 1');
      expect(fresh.masterKeyId).not.toBe(old.masterKeyId);
      expect(fixture.store.currentKeyId()).toBe(fresh.masterKeyId);
      expect(await fixture.store.unwrap(old.masterKeyId, old.wrapped, 'row 1')).toEqual(dataKey);
      expect(await fixture.store.unwrap(fresh.masterKeyId, fresh.wrapped, 'row 1')).toEqual(dataKey);
    });
  });
}
