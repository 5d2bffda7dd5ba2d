import { hkdfSync } from 'node:crypto';
import type { DataKey } from './data-key';

/** Secrets of the whole deployment, 32 bytes each. They are derived, never stored, and outlive a master-key rotation. */
export interface DeploymentSecrets {
  /** Keys the hash of recovery codes and the derivation of short codes. */
  readonly pepper: Buffer;
  /** Seals the codes that users submit, so that no history holds them even when decoded. */
  readonly commandKey: Buffer;
  /** Keys the blind index by which encrypted contacts are found. */
  readonly blindIndexKey: Buffer;
  /** Signs cookies. */
  readonly cookieKey: Buffer;
  /** Makes the tokens of one-time links. */
  readonly ticketKey: Buffer;
}

/** Derives the secrets from the deployment's data key by HKDF-SHA-256 (RFC 5869), one label each. */
export function deriveDeploymentSecrets(deploymentKey: DataKey): DeploymentSecrets {
  const derive = (label: string): Buffer =>
    Buffer.from(hkdfSync('sha256', deploymentKey.key, 'mfaflow', `mfaflow/1/${label}`, 32));
  return {
    pepper: derive('pepper'),
    commandKey: derive('command'),
    blindIndexKey: derive('blind-index'),
    cookieKey: derive('cookie'),
    ticketKey: derive('ticket'),
  };
}
