import { domainToASCII } from 'node:url';
import { MfaError } from '../domain/errors';
import { type ContactAddress, withoutOuterBlanks } from './contact-kind';

/** RFC 5321 §4.5.3.1.3 with erratum 1690: what fits between the angle brackets of a path. */
const MAX_OCTETS = 254;
const MAX_LOCAL_OCTETS = 64;
const MAX_DOMAIN_OCTETS = 253;

/** Dot-string of RFC 5321 §4.1.2, with the characters beyond ASCII of RFC 6531 §3.3. Quoted strings are refused. */
const localShape =
  /^[\w!#$%&'*+/=?^`{|}~\u0080-\u{10ffff}-]+(?:\.[\w!#$%&'*+/=?^`{|}~\u0080-\u{10ffff}-]+)*$/u;
/** Controls, blanks, what is shown as nothing, halves of surrogate pairs, and what no one has assigned. */
const invisible = /[\p{Cc}\p{Cf}\p{Z}\p{DI}\p{Cs}\p{Co}\p{Cn}]/u;
/** `domainToASCII` takes a URL's host, and would read a path, an escape or an IPv6 address out of other ASCII. */
const domainCharacters = /^[A-Za-z0-9.\u0080-\u{10ffff}-]+$/u;
const asciiLabel = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
/** A last label of digits makes an IPv4 address of the host (URL Standard, "ends in a number"). */
const numericLabel = /^(?:\d+|0x[0-9a-f]*)$/;

/**
 * Reads an e-mail address as somebody typed it. The local part goes through NFKC, so that full-width letters and
 * ligatures are those of the mailbox that they stand for, and is compared in lower case; the domain becomes A-labels
 * (UTS 46, non-transitional). Letters of other scripts stay what they are. Neither dots nor `+` tags are dropped:
 * only a mailbox's own host knows whether they matter.
 *
 * @throws MfaError `invalid_request`; its detail does not repeat the address
 */
export function readEmailAddress(text: string): ContactAddress {
  const compatible = withoutOuterBlanks(text.normalize('NFKC'));
  const [local = '', domain = '', ...more] = compatible.split('@');
  if (local === '' || domain === '' || more.length > 0) {
    throw refused('An e-mail address needs exactly one @ with something on either side.');
  }
  if (invisible.test(local)) {
    throw refused('An e-mail address must have no blanks, control characters or invisible characters.');
  }
  if (!localShape.test(local) || octets(local) > MAX_LOCAL_OCTETS) {
    throw refused('What stands before the @ must be 1 to 64 octets without quotes, brackets or stray dots.');
  }
  const ascii = asciiDomain(domain);
  const address = `${local}@${ascii}`;
  const normalised = `${local.toLowerCase().normalize('NFKC')}@${ascii}`;
  if (octets(address) > MAX_OCTETS || octets(normalised) > MAX_OCTETS) {
    throw refused('An e-mail address must not be longer than 254 octets.');
  }
  return { address, normalised };
}

function asciiDomain(domain: string): string {
  const ascii = domainCharacters.test(domain) ? domainToASCII(domain) : '';
  const labels = ascii.split('.');
  const isHostName =
    octets(ascii) <= MAX_DOMAIN_OCTETS &&
    labels.every((label) => asciiLabel.test(label)) &&
    !numericLabel.test(labels.at(-1) ?? '');
  if (!isHostName) throw refused('What stands after the @ must be the name of a domain.');
  return ascii;
}

function octets(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}

function refused(detail: string): MfaError {
  return new MfaError('invalid_request', { detail });
}
