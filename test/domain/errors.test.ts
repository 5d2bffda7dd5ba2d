import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorCodes, MfaError } from '../../src/domain/errors';

describe('error codes', () => {
  const page = readFileSync(join(__dirname, '../../docs/errors.md'), 'utf8');

  it.each(Object.entries(errorCodes))(
    '%s is explained in docs/errors.md under its status',
    (code, { status }) => {
      expect(page).toMatch(new RegExp(`^\\| \`${code}\` +\\| ${status} +\\|`, 'm'));
    },
  );

  it('are the only ones that the page explains', () => {
    const explained = [...page.matchAll(/^\| `([a-z_]+)` +\| \d{3} +\|/gm)].map(([, code]) => code);
    expect(explained.sort()).toEqual(Object.keys(errorCodes).sort());
  });

  it('are all client or server errors', () => {
    for (const { status } of Object.values(errorCodes)) {
      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(600);
    }
  });
});

describe('an MfaError', () => {
  it('carries its code, and detail and Retry-After where they were given', () => {
    const error = new MfaError('try_later', { detail: 'wait', retryAfterSeconds: 30 });
    expect(error).toMatchObject({ code: 'try_later', detail: 'wait', retryAfterSeconds: 30 });
    expect(error).toBeInstanceOf(Error);
  });

  it('has neither when none was given', () => {
    const error = new MfaError('not_found');
    expect(error.detail).toBeUndefined();
    expect(error.retryAfterSeconds).toBeUndefined();
    expect(error.message).toContain('not_found');
  });

  it('keeps the cause out of its message', () => {
    const error = new MfaError('unavailable', { cause: new Error('connection string') });
    expect(error.message).not.toContain('connection string');
    expect(error.cause).toBeInstanceOf(Error);
  });
});
