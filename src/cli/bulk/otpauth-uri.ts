import { MfaError } from '../../domain/errors';
import type { JsonObject, JsonValue } from '../../domain/json';

const longestUri = 2_000;

/**
 * The settings in an `otpauth://totp/…` URI, as authenticator apps scan it (Key Uri Format): secret, digits, algorithm,
 * period. Its label and issuer are dropped: they often hold an address of the user.
 * @throws MfaError `invalid_request`; its detail repeats nothing of the URI
 */
export function otpauthSettings(uri: JsonValue): JsonObject {
  const parsed =
    typeof uri === 'string' && uri.length <= longestUri && URL.canParse(uri) ? new URL(uri) : undefined;
  if (parsed?.protocol !== 'otpauth:' || parsed.host !== 'totp')
    throw new MfaError('invalid_request', { detail: 'An otpauth URI must start with otpauth://totp/.' });
  const settings: Record<string, JsonValue> = {};
  for (const [name, value] of parsed.searchParams) {
    // What an app once showed beside the code says nothing about the code.
    if (name === 'issuer' || name === 'image') continue;
    if (name in settings || !settingNames.has(name))
      throw new MfaError('invalid_request', {
        detail: 'An otpauth URI has the parameters secret, digits, algorithm and period, each at most once.',
      });
    settings[name] = name === 'digits' || name === 'period' ? Number(value) : value;
  }
  return settings;
}

const settingNames = new Set(['secret', 'digits', 'algorithm', 'period']);
