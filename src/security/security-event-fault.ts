/** RFC 8935 §2.4: what a recipient can find wrong with a security event token. */
export const securityEventFaults = [
  'invalid_request',
  'invalid_key',
  'invalid_issuer',
  'invalid_audience',
  'authentication_failed',
  'access_denied',
] as const;

export type SecurityEventFault = (typeof securityEventFaults)[number];

/** A security event token that is not taken. Its description repeats nothing of the token. */
export class SecurityEventRefused extends Error {
  override readonly name = 'SecurityEventRefused';

  readonly err: SecurityEventFault;
  readonly description: string;

  constructor(err: SecurityEventFault, description: string) {
    super(`${err}: ${description}`);
    this.err = err;
    this.description = description;
  }
}
