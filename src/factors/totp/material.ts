/** What is stored of a TOTP factor; the names and values are those of an otpauth URI. */
export interface TotpMaterial {
  /** Base32 (RFC 4648 §6), without padding. */
  readonly secret: string;
  readonly algorithm: 'SHA1' | 'SHA256' | 'SHA512';
  readonly digits: 6 | 8;
  /** Seconds. */
  readonly period: 30 | 60;
}

const names = { SHA1: 'sha1', SHA256: 'sha256', SHA512: 'sha512' } as const;

/** The material in the option names of otplib. */
export function otplibOptions(material: TotpMaterial) {
  const { secret, digits, period } = material;
  return { secret, digits, period, algorithm: names[material.algorithm] };
}
