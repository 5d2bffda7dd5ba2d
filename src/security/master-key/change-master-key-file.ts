import { chown, realpath, rename, rm, stat } from 'node:fs/promises';
import {
  encodeMasterKeyFile,
  isNameTaken,
  type MasterKeyFile,
  MasterKeyFileRefused,
  readMasterKeyFile,
  syncFolderOf,
  writeNewFile,
} from './master-key-file';

/**
 * Puts changed master keys in place of the file, whole or not at all: a draft beside it is written, synced and renamed
 * over it. Whoever reads meanwhile reads the old file or the new one. Mode 0600, and its owner stays its owner.
 *
 * @throws MasterKeyFileRefused also while another change is being written, or where the file cannot be replaced
 */
export async function changeMasterKeyFile(
  given: string,
  change: (file: MasterKeyFile) => MasterKeyFile,
): Promise<void> {
  // Of a link it is the file that changes, not the link.
  const path = await realpath(given).catch(() => given);
  const draft = draftOf(path);
  try {
    // The draft is also the lock: what was read before it was there could lack a key that another change added.
    await writeNewFile(draft, async () => encodeMasterKeyFile(change(await readMasterKeyFile(path))));
  } catch (error) {
    if (error instanceof MasterKeyFileRefused) throw error;
    if (isNameTaken(error))
      throw new MasterKeyFileRefused(`${draft} exists: remove it if no other rotation is under way.`);
    throw unreplaceable(path, error);
  }
  try {
    await giveToOwnerOf(path, draft);
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw unreplaceable(path, error);
  }
  await syncFolderOf(path);
}

/**
 * Removes what a change that was killed has left beside the file.
 * Only for who knows by other means that no change is under way: the draft is their lock.
 */
export async function discardMasterKeyDraft(given: string): Promise<void> {
  const path = await realpath(given).catch(() => given);
  await rm(draftOf(path), { force: true });
}

function draftOf(path: string): string {
  return `${path}.new`;
}

/** Root may rotate for processes that run as somebody else, who have to be able to read the file afterwards. */
async function giveToOwnerOf(path: string, draft: string): Promise<void> {
  const [old, fresh] = [await stat(path), await stat(draft)];
  if (old.uid !== fresh.uid || old.gid !== fresh.gid) await chown(draft, old.uid, old.gid);
}

function unreplaceable(path: string, cause: unknown): MasterKeyFileRefused {
  return new MasterKeyFileRefused(
    `The master key file ${path} cannot be replaced: its folder has to be writable, and be what is mounted, not the file alone.`,
    { cause },
  );
}
