import { ConfigInvalid } from '../setting';

/**
 * A URL that messages are handed over to. They hold codes and addresses, so that they leave
 * this machine by TLS only (OWASP ASVS 5.0 V12.3.1).
 *
 * @throws {ConfigInvalid} naming the variable.
 */
export function endpointOf(variable: string, given: string): string {
  if (!URL.canParse(given)) throw new ConfigInvalid(`${variable} must be a URL.`);
  const url = new URL(given);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname))) {
    throw new ConfigInvalid(`${variable} must be an https URL, or an http one on this machine.`);
  }
  if (url.username !== '' || url.password !== '' || url.hash !== '') {
    throw new ConfigInvalid(`${variable} must hold neither a password nor a fragment.`);
  }
  return url.href;
}

/** Whether a host of a URL, IPv6 in its brackets, is this machine. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}
