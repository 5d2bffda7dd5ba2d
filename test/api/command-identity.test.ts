import { commandIdOf, fingerprintOf, idempotencyKeyOf, partIdOf } from '../../src/api/command-identity';

const key = Buffer.alloc(32, 1);
const otherKey = Buffer.alloc(32, 2);

describe('a command', () => {
  it('has the same id for the same key and user, and another for anything else', () => {
    const id = commandIdOf(key, 't1', 'user/alice', 'k');
    expect(id).toMatch(/^[A-Za-z0-9_-]+$/);
    expect(commandIdOf(key, 't1', 'user/alice', 'k')).toBe(id);
    const others = [
      commandIdOf(key, 't2', 'user/alice', 'k'),
      commandIdOf(key, 't1', 'user/bob', 'k'),
      commandIdOf(key, 't1', 'user/alice', 'k2'),
      commandIdOf(otherKey, 't1', 'user/alice', 'k'),
      partIdOf(key, id, '0'),
    ];
    expect(new Set([id, ...others]).size).toBe(others.length + 1);
  });

  it('has a fingerprint that the order of a body does not change, and its content does', () => {
    const one = fingerprintOf(key, 'POST', '/a', { code: '1', kind: 'totp' });
    expect(fingerprintOf(key, 'POST', '/a', { kind: 'totp', code: '1' })).toBe(one);
    expect(fingerprintOf(key, 'POST', '/a', { kind: 'totp', code: '2' })).not.toBe(one);
    expect(fingerprintOf(key, 'POST', '/b', { kind: 'totp', code: '1' })).not.toBe(one);
    expect(fingerprintOf(otherKey, 'POST', '/a', { kind: 'totp', code: '1' })).not.toBe(one);
  });

  it('is one of its own when the caller sent no key', () => {
    expect(idempotencyKeyOf(undefined)).not.toBe(idempotencyKeyOf(undefined));
  });

  it('takes a key of 1 to 255 printable characters', () => {
    expect(idempotencyKeyOf('x'.repeat(255))).toHaveLength(255);
    for (const bad of ['', 'a b', 'x'.repeat(256), 'ä'])
      expect(() => idempotencyKeyOf(bad)).toThrow('Idempotency-Key');
  });
});
