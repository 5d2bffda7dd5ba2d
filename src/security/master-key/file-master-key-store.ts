import { open, seal, sealFor } from '../aead';
import { masterKeyFileChangedAt, readMasterKeyFile } from './master-key-file';
import { MasterKeyUnknown, type MasterKeyStore, type WrappedKey } from './master-key-store';

/**
 * Opens the master keys of a JSON file (0600). The file is read again once it has changed, so that after a
 * rotation no running process goes on wrapping under the older key.
 * @throws MasterKeyFileRefused
 */
export async function openFileMasterKeyStore(path: string): Promise<MasterKeyStore> {
  let changedAt = await masterKeyFileChangedAt(path).catch(() => 0);
  let file = await readMasterKeyFile(path);

  async function readIfChanged(): Promise<void> {
    const now = await masterKeyFileChangedAt(path);
    if (now === changedAt) return;
    file = await readMasterKeyFile(path);
    changedAt = now;
  }

  async function currentKey(): Promise<{ masterKeyId: string; key: Buffer }> {
    await readIfChanged();
    const key = file.keys.get(file.current);
    if (key === undefined) throw new MasterKeyUnknown(file.current);
    return { masterKeyId: file.current, key };
  }

  return {
    currentKeyId: () => file.current,

    async wrap(plain: Buffer, associatedData: string): Promise<WrappedKey> {
      const { masterKeyId, key } = await currentKey();
      return { masterKeyId, wrapped: seal(key, plain, associatedData) };
    },

    async wrapMany(keys) {
      const { masterKeyId, key } = await currentKey();
      const sealOne = sealFor(keys.length);
      return keys.map(({ plain, associatedData }) => ({
        masterKeyId,
        wrapped: sealOne(key, plain, associatedData),
      }));
    },

    async unwrap(masterKeyId: string, wrapped: Buffer, associatedData: string): Promise<Buffer> {
      if (!file.keys.has(masterKeyId)) await readIfChanged();
      const key = file.keys.get(masterKeyId);
      if (key === undefined) throw new MasterKeyUnknown(masterKeyId);
      return open(key, wrapped, associatedData);
    },
  };
}
