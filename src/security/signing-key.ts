import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { JWK } from 'jose';
import type { NewSigningKeyRow, SigningKeyRow } from '../persistence/signing-key-repository';
import type { DataKey } from './data-key';
import { type FieldContext, openField, sealField } from './field-encryption';
import { deploymentScope } from './key-scope';
import { randomBase62 } from './random-id';

/** An Ed25519 key of the deployment (RFC 8037). */
export interface SigningKey {
  readonly kid: string;
  readonly publicKey: KeyObject;
  readonly publicJwk: JWK;
  /** Absent once the key has been retired for longer than the retention: it verifies and signs no more. */
  readonly privateKey: KeyObject | undefined;
}

/** The key can no longer sign: what asks for it was decided too long ago to be minted again. */
export class SigningKeyRetired extends Error {
  readonly code = 'signing_key_retired';
  override readonly name = 'SigningKeyRetired';

  constructor() {
    super('This signing key is retired and signs no more.');
  }
}

/** The private half. @throws SigningKeyRetired */
export function privateKeyOf(key: SigningKey): KeyObject {
  if (key.privateKey === undefined) throw new SigningKeyRetired();
  return key.privateKey;
}

/** A new key pair as a row, the private half sealed under the deployment's data key. */
export function generateSigningKey(deploymentKey: DataKey): NewSigningKeyRow {
  const kid = randomBase62(6);
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const pkcs8 = privateKey.export({ format: 'der', type: 'pkcs8' });
  return {
    kid,
    publicJwk: { ...publicKey.export({ format: 'jwk' }), kid, alg: 'EdDSA', use: 'sig' },
    privateSealed: sealField(deploymentKey, pkcs8, placeOf(kid)),
  };
}

/**
 * The key of a row.
 * @throws SealBroken
 */
export function openSigningKey(deploymentKey: DataKey, row: SigningKeyRow): SigningKey {
  return {
    kid: row.kid,
    publicKey: createPublicKey({ key: row.publicJwk, format: 'jwk' }),
    publicJwk: row.publicJwk,
    privateKey: row.privateSealed.length === 0 ? undefined : openPrivateKey(deploymentKey, row),
  };
}

function openPrivateKey(deploymentKey: DataKey, row: SigningKeyRow): KeyObject {
  const pkcs8 = openField(deploymentKey, row.privateSealed, placeOf(row.kid));
  return createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
}

function placeOf(kid: string): FieldContext {
  return { ...deploymentScope, record: `signing-key/${kid}`, version: 1 };
}
