import { generateURI, ScureBase32Plugin } from 'otplib';
import type { JsonObject, JsonValue } from '../../domain/json';
import { assertEnrolmentConfig } from '../enrolment-config';
import type { AccountLabel, Enrolment, EnrolmentContext } from '../factor';
import { contract } from './contract';
import { otplibOptions, type TotpMaterial } from './material';

// As long as the output of the hash (RFC 6238 §5.1).
const secretBytes = { SHA1: 20, SHA256: 32, SHA512: 64 } as const;

const longestName = 64;

/** A new secret. `config` is `{algorithm?, digits?, period?}` of the contract. */
export function enrol(config: JsonObject, context: EnrolmentContext): Enrolment {
  assertEnrolmentConfig(contract, config);
  const { algorithm = 'SHA1', digits = 6, period = 30 } = config as Partial<TotpMaterial>;
  const secret = new ScureBase32Plugin().encode(context.random(secretBytes[algorithm]));
  const material = { secret, algorithm, digits, period };
  return { material, disclosure: disclose(material, context.label) };
}

/** `{otpauthUri, secret}`: what an authenticator app scans, or its user types. */
export function disclose(material: JsonValue, label: AccountLabel): JsonObject {
  const options = otplibOptions(material as unknown as TotpMaterial);
  const issuer = appName(label.issuer);
  const otpauthUri = generateURI({ ...options, issuer, label: appName(label.account) });
  return { otpauthUri, secret: options.secret };
}

/**
 * A name that fits into an otpauth URI and a QR code. The colon separates issuer and account there, and a lone surrogate
 * has no percent encoding.
 */
function appName(name: string): string {
  const characters = Array.from(name.replaceAll(':', ' ').replaceAll(/\p{Surrogate}/gu, '\uFFFD'));
  return characters.slice(0, longestName).join('');
}
