/** What an assertion says. Times are seconds since the epoch. */
export interface AssertionClaims {
  readonly iss: string;
  /** The tenant's own id of the user. */
  readonly sub: string;
  readonly aud: string;
  readonly nonce?: string;
  readonly jti: string;
  /** Authentication context class: `aal1`, `aal2` (NIST SP 800-63B-4). */
  readonly acr: string;
  /** Authentication methods (RFC 8176). */
  readonly amr: readonly string[];
  readonly authTime: number;
  readonly iat: number;
  readonly exp: number;
  readonly tenant: string;
  /** The id of the authentication that it comes from. */
  readonly txn: string;
  readonly purpose: string;
}

/** Reads the payload of a verified assertion; undefined unless every claim is there in its shape. */
export function readAssertionClaims(payload: Uint8Array): AssertionClaims | undefined {
  const claims = parseObject(payload);
  if (claims === undefined) return undefined;
  const { iss, sub, aud, nonce, jti, acr, amr, auth_time: authTime, iat, exp, tenant, txn, purpose } = claims;
  if (!isText(iss) || !isText(sub) || !isText(aud) || !isText(jti) || !isText(acr)) return undefined;
  if (!isText(tenant) || !isText(txn) || !isText(purpose)) return undefined;
  if (!isSeconds(authTime) || !isSeconds(iat) || !isSeconds(exp)) return undefined;
  if (!Array.isArray(amr) || !amr.every(isText)) return undefined;
  if (nonce !== undefined && typeof nonce !== 'string') return undefined;
  const read = { iss, sub, aud, jti, acr, amr, authTime, iat, exp, tenant, txn, purpose };
  return nonce === undefined ? read : { ...read, nonce };
}

function parseObject(bytes: Uint8Array): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    return value as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

/** NumericDate of RFC 7519 §2, whole seconds as we write it. */
function isSeconds(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
