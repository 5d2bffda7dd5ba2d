import { MfaError } from '../../src/domain/errors';
import { errorCodeOf, toMfaError } from '../../src/api/error-translation';
import { KeyAbsent } from '../../src/security/data-keys';

const withCode = (code: string): Error => Object.assign(new Error('x'), { code });

describe('an error of the inside', () => {
  it.each(['ECONNREFUSED', 'ECONNRESET', '57P01', '57P03', '08006', '53300', '40001'])(
    'is temporary when it is %s',
    (code) => {
      const error = toMfaError(withCode(code));
      expect([error.code, error.retryAfterSeconds]).toEqual(['unavailable', 1]);
    },
  );

  it('is temporary when every address of a server refused', () => {
    const error = new AggregateError([withCode('ECONNREFUSED'), withCode('ECONNREFUSED')]);
    expect(toMfaError(error).code).toBe('unavailable');
  });

  it('is an unknown user when the key of the user is gone', () => {
    expect(toMfaError(new KeyAbsent()).code).toBe('not_found');
  });

  it.each([withCode('23505'), new TypeError('x'), 'text', undefined])(
    'is internal and says nothing when it is %p',
    (error) => {
      const translated = toMfaError(error);
      expect(translated.code).toBe('internal');
      expect(translated.detail).toBeUndefined();
    },
  );

  it('stays what it is when it is one of ours', () => {
    const error = new MfaError('conflict');
    expect(toMfaError(error)).toBe(error);
  });

  it('has a code of the list or none', () => {
    expect(errorCodeOf('user_locked')).toBe('user_locked');
    expect(errorCodeOf('toString')).toBe('internal');
  });
});
