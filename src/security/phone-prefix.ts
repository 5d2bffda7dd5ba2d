import { parsePhoneNumberFromString } from 'libphonenumber-js/min';

const digitsAfterCountryCode = 4;

/** Country code and the four digits after it: numbers are handed out, and rented for fraud, in blocks that share them. */
export function phonePrefix(e164: string): string {
  const countryCode = parsePhoneNumberFromString(e164, { extract: false })?.countryCallingCode ?? '';
  return e164.slice(0, 1 + countryCode.length + digitsAfterCountryCode);
}
