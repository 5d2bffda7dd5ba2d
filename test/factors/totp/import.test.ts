import { importMaterial } from '../../../src/factors/totp/import';
import { verify } from '../../../src/factors/totp/verify';
import { base32, shownBy } from './authenticator';

const secret = base32(Buffer.from('a secret of another system'));

describe('importing an authenticator app of another system', () => {
  it('takes its secret with the usual defaults', () => {
    expect(importMaterial({ secret })).toEqual({ secret, algorithm: 'SHA1', digits: 6, period: 30 });
  });

  it('keeps its parameters', () => {
    const parameters = { algorithm: 'SHA512', digits: 8, period: 60 };
    expect(importMaterial({ secret, ...parameters })).toEqual({ secret, ...parameters });
  });

  it.each(['sha256', 'SHA-256', 'Sha256'])('knows %s for SHA256', (algorithm) => {
    expect(importMaterial({ secret, algorithm })).toMatchObject({ algorithm: 'SHA256' });
  });

  it('reads the secret in lower case, grouped and padded', () => {
    const grouped = (secret.toLowerCase().match(/.{1,4}/g) ?? []).join(' ');
    expect(importMaterial({ secret: `${grouped}======` })).toMatchObject({ secret });
  });

  it('accepts the codes that the app goes on to show', () => {
    const nowMs = 1_700_000_000_000;
    const code = shownBy(`otpauth://totp/x?secret=${secret}`, nowMs);
    const state = { counter: -1, spent: new Set<string>() };
    expect(verify(importMaterial({ secret }), state, code, { nowMs, hash: String }).valid).toBe(true);
  });

  it.each([
    ['no secret', {}],
    ['a number', { secret: 1234567890123456 }],
    ['an array', { secret: [secret] }],
    ['an empty secret', { secret: '' }],
    ['120 bits', { secret: base32(Buffer.alloc(15, 1)) }],
    ['520 bits', { secret: base32(Buffer.alloc(65, 1)) }],
    ['a megabyte', { secret: 'A'.repeat(1_000_000) }],
    ['hex', { secret: '00112233445566778899aabbccddeeff' }],
    ['digits of another script', { secret: `${secret.slice(1)}２` }],
    ['seven digits', { secret, digits: 7 }],
    ['a period of a day', { secret, period: 86_400 }],
    ['MD5', { secret, algorithm: 'MD5' }],
    ['no algorithm at all', { secret, algorithm: null }],
    ['an unknown field', { secret, issuer: 'x' }],
  ])('refuses %s', (_, imported) => {
    expect(() => importMaterial(imported)).toThrow(expect.objectContaining({ code: 'invalid_request' }));
  });

  it('never repeats the secret in an error', () => {
    const spoilt = `${secret}!`;
    let thrown: unknown;
    try {
      importMaterial({ secret: spoilt });
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(Error);
    expect(JSON.stringify(thrown) + String(thrown) + ((thrown as Error).stack ?? '')).not.toContain(secret);
    expect((thrown as Error).cause).toBeUndefined();
  });
});
