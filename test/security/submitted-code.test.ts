import { randomBytes } from 'node:crypto';
import { SealBroken } from '../../src/security/aead';
import { openSubmittedCode, sealSubmittedCode } from '../../src/security/submitted-code';

const commandKey = randomBytes(32);

test('a submitted code comes out as it went in, and travels as 19 characters of base64url without it', () => {
  const sealed = sealSubmittedCode(commandKey, '123456', 'cmd_1');
  expect(sealed).toMatch(/^[A-Za-z0-9_-]{19}$/);
  expect(Buffer.from(sealed, 'base64url').includes('123456')).toBe(false);
  expect(openSubmittedCode(commandKey, sealed, 'cmd_1')).toBe('123456');
});

test('a recovery code with letters and blanks comes out as it went in', () => {
  const code = 'k3-9f2c 7h1m ä';
  expect(openSubmittedCode(commandKey, sealSubmittedCode(commandKey, code, 'cmd_1'), 'cmd_1')).toBe(code);
});

test('two codes of one command share no bytes that tell of their difference', () => {
  const bytes = (code: string): Buffer =>
    Buffer.from(sealSubmittedCode(commandKey, code, 'cmd_1'), 'base64url');
  const [one, other] = [bytes('111111').subarray(8), bytes('111112').subarray(8)];
  const difference = Buffer.from(one.map((byte, at) => byte ^ other[at]!));
  expect(difference.equals(Buffer.from([0, 0, 0, 0, 0, 3]))).toBe(false);
});

test('a code sealed for one command, or by another deployment, opens nowhere else', () => {
  const sealed = sealSubmittedCode(commandKey, '123456', 'cmd_1');
  expect(() => openSubmittedCode(commandKey, sealed, 'cmd_2')).toThrow(SealBroken);
  expect(() => openSubmittedCode(randomBytes(32), sealed, 'cmd_1')).toThrow(SealBroken);
});

test('every altered byte is noticed', () => {
  const sealed = Buffer.from(sealSubmittedCode(commandKey, '123456', 'cmd_1'), 'base64url');
  for (const at of sealed.keys()) {
    const altered = Buffer.from(sealed);
    altered[at]! ^= 1;
    expect(() => openSubmittedCode(commandKey, altered.toString('base64url'), 'cmd_1')).toThrow(SealBroken);
  }
});

test.each(['', 'AAAA', '!!!!', 'ä', 'A'.repeat(60)])('made-up code %j is refused', (sealed) => {
  expect(() => openSubmittedCode(commandKey, sealed, 'cmd_1')).toThrow(SealBroken);
});
