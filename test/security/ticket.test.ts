import { randomBytes } from 'node:crypto';
import { isTicketToken, readTicketToken, ticketToken, ticketUrl } from '../../src/security/ticket';

const key = randomBytes(32);
const ticket = { ticketId: 'tic_4GzXq0bS7kT2mN9c', salt: 'n2Vw' };
const token = ticketToken(key, ticket);
const base64url = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

function opens(text: string, under = key, of = ticket): boolean {
  const read = readTicketToken(text);
  return read?.ticketId === of.ticketId && isTicketToken(under, of, read.mac);
}

test('the same ticket gives the same token, so that a retry sends the link that was sent before', () => {
  expect(ticketToken(key, { ...ticket })).toBe(token);
  expect(token).toMatch(/^tic_4GzXq0bS7kT2mN9c\.[A-Za-z0-9_-]{43}$/);
  expect(opens(token)).toBe(true);
});

test('altered in any character it opens nothing, the spare bits of its end included', () => {
  for (let at = 0; at < token.length; at += 1) {
    for (const replacement of at === token.length - 1 ? base64url : 'aB3') {
      if (token.charAt(at) === replacement) continue;
      expect(opens(token.slice(0, at) + replacement + token.slice(at + 1))).toBe(false);
    }
  }
});

test('it opens no other ticket, none under another salt, and nothing under another key', () => {
  expect(opens(token, key, { ...ticket, ticketId: 'tic_other' })).toBe(false);
  expect(opens(token.replace(ticket.ticketId, 'tic_other'), key, { ...ticket, ticketId: 'tic_other' })).toBe(
    false,
  );
  expect(opens(token, key, { ...ticket, salt: 'n2Vx' })).toBe(false);
  expect(opens(token, randomBytes(32))).toBe(false);
});

test('id and salt are kept apart: moving a character from one to the other gives another token', () => {
  const [, mac] = ticketToken(key, { ticketId: 'tic_a', salt: 'bc' }).split('.');
  const [, moved] = ticketToken(key, { ticketId: 'tic_ab', salt: 'c' }).split('.');
  expect(mac).not.toBe(moved);
});

test.each([
  '',
  '.',
  'tic_a',
  'tic_a.',
  `.${'A'.repeat(43)}`,
  `tic_a.${'A'.repeat(42)}`,
  `tic_a.${'A'.repeat(44)}`,
  `tic_a.${'A'.repeat(42)}=`,
  `tic_a.${'A'.repeat(43)}\n`,
  `tic_a\0.${'A'.repeat(43)}`,
  `tic%5Fa.${'A'.repeat(43)}`,
  `${'a'.repeat(65)}.${'A'.repeat(43)}`,
  'x'.repeat(100_000),
])('is no token: %.30j', (text) => {
  expect(readTicketToken(text)).toBeUndefined();
});

test('the link stands below the public URL, whatever that ends with', () => {
  expect(ticketUrl('https://mfa.example', 'tic_a.b')).toBe('https://mfa.example/t/tic_a.b');
  expect(ticketUrl('https://mfa.example/auth/', 'tic_a.b')).toBe('https://mfa.example/auth/t/tic_a.b');
});
