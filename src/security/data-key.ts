import type { KeyScope } from './key-scope';

/** An unwrapped data key: 32 bytes for AES-256-GCM. Held in memory only, never logged. */
export interface DataKey {
  readonly keyId: string;
  readonly key: Buffer;
  readonly scope: KeyScope;
}
