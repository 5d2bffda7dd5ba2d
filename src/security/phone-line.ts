import { parsePhoneNumberFromString, type PhoneNumber, type PhoneNumberType } from 'libphonenumber-js/max';
import { MfaError } from '../domain/errors';

type PhoneChannel = 'sms' | 'voice';

/** Lines on which nobody is reached who could be meant, or on which whoever owns the line earns by being called. */
const neverDelivered: ReadonlyMap<PhoneNumberType, string> = new Map<PhoneNumberType, string>([
  ['PREMIUM_RATE', 'a premium-rate number'],
  ['SHARED_COST', 'a shared-cost number'],
  ['TOLL_FREE', 'a toll-free number'],
  ['PAGER', 'a pager'],
  ['UAN', 'a company’s access number'],
  ['VOICEMAIL', 'a voicemail access number'],
  // Follow-me numbers are charged like premium ones in many countries.
  ['PERSONAL_NUMBER', 'a personal number'],
  // NIST SP 800-63B-4 §3.1.3.1: it leads to an account, not to a specific device.
  ['VOIP', 'an internet telephony number'],
]);

/**
 * Refuses what a code must not be sent to, before any provider is called. A number of a type that the metadata does not
 * know passes: blocks are given out every month, and a list that has grown old would refuse people's numbers.
 *
 * @param e164 as `readPhoneNumber` gives it
 * @throws MfaError `invalid_request`; its detail does not repeat the number
 */
export function refuseUndeliverable(channel: PhoneChannel, e164: string): void {
  const line = lineOf(e164);
  if (line === undefined) throw refused('This is not a phone number that can exist.');
  // Satellite and other world-wide networks: of no country, so held to no country's limits, and dear to call.
  if (line.isNonGeographic()) throw refused('A number that belongs to no country cannot be used.');
  const type = line.getType();
  if (type === undefined) return;
  const reason = neverDelivered.get(type);
  if (reason !== undefined) throw refused(`This is ${reason}, which cannot be used.`);
  if (channel === 'sms' && type === 'FIXED_LINE') {
    throw refused('This is a landline, which takes no text messages.');
  }
}

/**
 * The country of a number, ISO 3166-1 alpha-2; the main one of its country code when the number does not tell which. `ZZ`
 * when it belongs to none.
 */
export function countryOf(e164: string): string {
  const line = lineOf(e164);
  return line?.country ?? line?.getPossibleCountries()[0] ?? 'ZZ';
}

function lineOf(e164: string): PhoneNumber | undefined {
  const line = parsePhoneNumberFromString(e164, { extract: false });
  return line?.number === e164 && line.isPossible() ? line : undefined;
}

function refused(detail: string): MfaError {
  return new MfaError('invalid_request', { detail });
}
