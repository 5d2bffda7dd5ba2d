/** A data key as it is stored: encrypted under a master key. */
export interface WrappedKey {
  readonly masterKeyId: string;
  readonly wrapped: Buffer;
}

/**
 * Where the master keys are: a file, or a service that never lets them out. New keys are wrapped under the
 * current one; older ones are kept until nothing is wrapped under them.
 * Every implementation passes `test/contracts/master-key-store.ts`.
 */
export interface MasterKeyStore {
  /** The id of the key that `wrap` uses now. */
  currentKeyId(): string;
  /** @param associatedData what the key is for; `unwrap` wants the same */
  wrap(plain: Buffer, associatedData: string): Promise<WrappedKey>;
  /** Wraps many at once, all under the key that is the current one when it begins. */
  wrapMany(keys: readonly { plain: Buffer; associatedData: string }[]): Promise<WrappedKey[]>;
  /**
   * @throws MasterKeyUnknown when the store has no master key of that id
   * @throws SealBroken when the bytes or the associated data are not those of `wrap`
   */
  unwrap(masterKeyId: string, wrapped: Buffer, associatedData: string): Promise<Buffer>;
}

/** The store has no master key of that id, so what was wrapped under it stays closed. */
export class MasterKeyUnknown extends Error {
  readonly code = 'master_key_unknown';
  override readonly name = 'MasterKeyUnknown';

  constructor(masterKeyId: string) {
    super(`The key store has no master key ${masterKeyId}. Restore the key file that held it.`);
  }
}
