import { randomBytes } from 'node:crypto';
import { createLoginCookies } from '../../src/api/codec-login-cookie';

const key = randomBytes(32);
const pairOf = (setCookie: string): string => setCookie.slice(0, setCookie.indexOf(';'));

test('a cookie says its tenant, among others and alone', () => {
  const cookies = createLoginCookies({ key, secure: false, seconds: 3_600 });
  const pair = pairOf(cookies.issue('ten_1'));
  expect(cookies.read(pair)).toBe('ten_1');
  expect(cookies.read(`theme=dark; ${pair}; a=b`)).toBe('ten_1');
  expect(cookies.read(undefined)).toBeUndefined();
});

test('when its time is over it says nothing', () => {
  const cookies = createLoginCookies({ key, secure: false, seconds: 0 });
  expect(cookies.read(pairOf(cookies.issue('ten_1')))).toBeUndefined();
});

test('of another deployment it says nothing', () => {
  const other = createLoginCookies({ key: randomBytes(32), secure: false, seconds: 3_600 });
  const cookies = createLoginCookies({ key, secure: false, seconds: 3_600 });
  expect(cookies.read(pairOf(other.issue('ten_1')))).toBeUndefined();
});

test('behind https it never travels without', () => {
  expect(createLoginCookies({ key, secure: true, seconds: 60 }).issue('ten_1')).toMatch(/; Secure$/);
});
