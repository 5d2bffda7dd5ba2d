import { generateKeyPairSync, randomUUID, type KeyObject } from 'node:crypto';
import { exportJWK, type JWK, type JWTHeaderParameters, SignJWT } from 'jose';

export const verification = 'https://schemas.openid.net/secevent/ssf/event-type/verification';
export const sessionRevoked = 'https://schemas.openid.net/secevent/caep/event-type/session-revoked';

interface Said {
  /** Claims in the place of the usual ones; undefined leaves one out. */
  claims?: Record<string, unknown>;
  header?: Partial<JWTHeaderParameters>;
  /** Signs instead of the transmitter's key. */
  signer?: KeyObject | Uint8Array;
}

/** Somebody who sends security event tokens, with a key of its own. */
export class TestTransmitter {
  readonly issuer: string;
  readonly audience = 'https://mfa.example';
  readonly kid = 'key-1';
  readonly publicKey: KeyObject;
  private readonly privateKey: KeyObject;

  constructor(issuer = 'https://idp.example') {
    this.issuer = issuer;
    ({ publicKey: this.publicKey, privateKey: this.privateKey } = generateKeyPairSync('ec', {
      namedCurve: 'P-256',
    }));
  }

  async publicJwk(): Promise<JWK> {
    return { ...(await exportJWK(this.publicKey)), kid: this.kid, alg: 'ES256', use: 'sig' };
  }

  async privateJwk(): Promise<JWK> {
    return { ...(await exportJWK(this.privateKey)), kid: this.kid, alg: 'ES256' };
  }

  /** A token with one event, by the usual claims and those that are given. */
  async token(
    event: Record<string, unknown>,
    { claims = {}, header = {}, signer }: Said = {},
  ): Promise<string> {
    return await new SignJWT({
      iss: this.issuer,
      aud: this.audience,
      iat: Math.floor(Date.now() / 1_000),
      jti: randomUUID(),
      sub_id: { format: 'opaque', id: 'alice' },
      events: event,
      ...claims,
    })
      .setProtectedHeader({ alg: 'ES256', kid: this.kid, typ: 'secevent+jwt', ...header })
      .sign(signer ?? this.privateKey);
  }
}
