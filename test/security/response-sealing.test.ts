import { randomBytes } from 'node:crypto';
import { SealBroken } from '../../src/security/aead';
import { openResponse, sealResponse } from '../../src/security/response-sealing';

const commandKey = randomBytes(32);

test('a submitted code comes out as it went in, and travels as base64url without it', () => {
  const sealed = sealResponse(commandKey, '123456', 'cmd_1');
  expect(sealed).toMatch(/^[A-Za-z0-9_-]+$/);
  expect(Buffer.from(sealed, 'base64url').includes('123456')).toBe(false);
  expect(openResponse(commandKey, sealed, 'cmd_1')).toBe('123456');
});

test('a code sealed for one command is worth nothing in another', () => {
  const sealed = sealResponse(commandKey, '123456', 'cmd_1');
  expect(() => openResponse(commandKey, sealed, 'cmd_2')).toThrow(SealBroken);
});

test.each(['', 'AAAA', '!!!!', 'ä', 'A'.repeat(60)])('made-up response %j is refused', (sealed) => {
  expect(() => openResponse(commandKey, sealed, 'cmd_1')).toThrow(SealBroken);
});
