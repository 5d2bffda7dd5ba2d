import type { MessageFacts, MessageName } from './message';
import { namedFactorKinds } from './shipped/catalogue';
import { longest } from './slot-texts';

const token = 'tic_3Jt8Vn6Kp0Rw4Ds2.Zx0bq1mW8r5cYdTtK2vP4uNnQ7aEoLhGi9sJf3RkXwI';

const notices = ['factor-enrolled', 'factor-replaced', 'factor-removed', 'pass-issued'];

/** Facts as a real message has them. */
export function exampleFacts(name: MessageName, publicUrl: string, origin?: string): MessageFacts {
  const link = `${publicUrl}/t/${token}`;
  const circumstances: MessageFacts = {
    at: '2026-11-24T10:15:00.000Z',
    ip: '203.0.113.7',
    userAgent: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0',
  };
  if (notices.includes(name)) {
    return name === 'pass-issued'
      ? { ...circumstances, notMeLink: link, factorKind: 'temporary-pass' }
      : { ...circumstances, notMeLink: link, factorKind: 'totp', factorName: 'Work phone' };
  }
  if (name === 'code') {
    return { ...circumstances, code: '492039', minutes: 10, ...(origin === undefined ? {} : { origin }) };
  }
  return name === 'login-link' ? { ...circumstances, link, minutes: 10 } : { link, minutes: 60 };
}

/** A name of a tenant cannot be longer: it is a DNS label (RFC 1123 §2.1). */
export const LONGEST_TENANT_NAME = 63;

/** Every fact, as long as it can be. */
export function longestFacts(kind = namedFactorKinds[0] ?? ''): MessageFacts {
  const link = `https://${'mfa.'.repeat(15)}example/t/${token}`;
  return {
    code: '492039',
    link,
    notMeLink: link,
    minutes: 119,
    factorKind: kind,
    factorName: 'n'.repeat(longest.factorName),
    at: '2026-09-30T22:55:00.000Z',
    ip: '2001:0db8:0000:0000:0000:ff00:0042:8329',
    userAgent: 'u'.repeat(500),
    place: 'p'.repeat(longest.place),
    reason: 'r'.repeat(longest.reason),
  };
}
