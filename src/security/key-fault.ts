import { SealBroken } from './aead';
import { MasterKeyUnknown } from './master-key/master-key-store';

/** The keys do not open what the databases hold: another deployment's, or an older copy. */
export class KeyMismatch extends Error {
  readonly code = 'key_mismatch';
  override readonly name = 'KeyMismatch';
}

/**
 * Opens something with the keys of this process; that it does not open is said in one sentence.
 *
 * @throws {KeyMismatch}
 */
export async function withOwnKeys<Result>(
  masterKeyFile: string,
  open: () => Promise<Result>,
): Promise<Result> {
  try {
    return await open();
  } catch (error) {
    if (error instanceof MasterKeyUnknown)
      throw new KeyMismatch(
        `The master key file ${masterKeyFile} lacks a key that the keys database uses: restore the file that belongs to KEYS_DATABASE_URL.`,
        { cause: error },
      );
    if (error instanceof SealBroken)
      throw new KeyMismatch(
        `The master key file ${masterKeyFile}, the keys database and the main database do not belong together: let MFAFLOW_MASTER_KEY_FILE, KEYS_DATABASE_URL and DATABASE_URL name those of one deployment.`,
        { cause: error },
      );
    throw error;
  }
}
