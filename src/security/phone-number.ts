import { parsePhoneNumberFromString } from 'libphonenumber-js/min';
import { MfaError } from '../domain/errors';
import { type ContactAddress, withoutOuterBlanks } from './contact-kind';

/** Digits of any script and what people put between them. */
const typed = /^\+[\p{Nd}\p{Zs}().\u2010-\u2015/-]+$/u;
/** ITU-T E.164 §6.2.1: at most 15 digits. */
const e164 = /^\+[1-9]\d{5,14}$/;

/**
 * Reads a phone number in its international form, with a leading `+`, to E.164. The smallest metadata of libphonenumber
 * is enough: it knows country codes, trunk prefixes and lengths. Whether a block of numbers is given out changes every
 * month, and a list of it that has grown old would refuse people's numbers; whoever delivers will find out.
 *
 * @throws MfaError `invalid_request`; its detail does not repeat the number
 */
export function readPhoneNumber(text: string): ContactAddress {
  const compatible = withoutOuterBlanks(text.normalize('NFKC'));
  const parsed = typed.test(compatible)
    ? parsePhoneNumberFromString(compatible, { extract: false })
    : undefined;
  if (parsed?.isPossible() !== true || parsed.ext !== undefined || !e164.test(parsed.number)) {
    throw new MfaError('invalid_request', {
      detail:
        'A phone number must be given in its international form: + (in a URL %2B), country code, number.',
    });
  }
  return { address: parsed.number, normalised: parsed.number };
}
