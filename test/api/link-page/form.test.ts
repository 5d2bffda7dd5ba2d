import { randomBytes } from 'node:crypto';
import { formTokenOf, isFormToken, isFromOwnPage } from '../../../src/api/link-page/form';

const key = randomBytes(32);
const link = { ticketId: 'tic_1', mac: 'm'.repeat(43) };

test('the token of a form belongs to one link', () => {
  const token = formTokenOf(key, link);
  expect(isFormToken(key, link, token)).toBe(true);
  for (const other of [
    { ...link, ticketId: 'tic_2' },
    { ...link, mac: 'n'.repeat(43) },
  ]) {
    expect(isFormToken(key, other, token)).toBe(false);
  }
  expect(isFormToken(randomBytes(32), link, token)).toBe(false);
  expect(isFormToken(key, link, '')).toBe(false);
  expect(isFormToken(key, link, link.mac)).toBe(false);
});

const publicUrl = 'https://mfa.example/auth';

test.each([
  [{ origin: 'https://mfa.example', 'sec-fetch-site': 'same-origin', host: 'inside:3000' }, true],
  [{ origin: 'https://mfa.example', host: 'inside:3000' }, true],
  [{ origin: 'http://127.0.0.1:3000', host: '127.0.0.1:3000' }, true],
  [{ origin: 'https://evil.example', host: 'mfa.example' }, false],
  [{ origin: 'https://mfa.example', 'sec-fetch-site': 'cross-site', host: 'mfa.example' }, false],
  [{ origin: 'https://mfa.example', 'sec-fetch-site': 'same-site', host: 'mfa.example' }, false],
  [{ origin: 'https://mfa.example', 'sec-fetch-site': 'none', host: 'mfa.example' }, false],
  [{ origin: 'https://mfa.example.evil.example', host: 'mfa.example' }, false],
  [{ origin: 'https://mfa.example:8443', host: 'mfa.example' }, false],
  [{ origin: 'null', host: 'mfa.example' }, false],
  [{ origin: 'null', 'sec-fetch-site': 'cross-site', host: 'mfa.example' }, false],
  [{ origin: 'https://evil.example', 'sec-fetch-site': 'same-origin', host: 'mfa.example' }, false],
  [{ origin: '', 'sec-fetch-site': 'same-origin', host: 'mfa.example' }, false],
  [{ origin: 'null', 'sec-fetch-site': 'same-origin', host: 'mfa.example' }, true],
  [{ 'sec-fetch-site': 'same-origin', host: 'mfa.example' }, true],
  [{ host: 'mfa.example' }, false],
])('a request with %j is from a page of ours: %s', (headers, own) => {
  expect(isFromOwnPage({ headers }, publicUrl)).toBe(own);
});
