import { disclose } from '../../../src/factors/totp/enrol';
import { totp } from '../../../src/factors/totp/factor';
import { enrolled } from '../../contracts/factor';
import { base32 } from './authenticator';

const material = { secret: base32(Buffer.alloc(20, 7)), algorithm: 'SHA1', digits: 6, period: 30 };

function uriFor(issuer: string, account: string): URL {
  const { otpauthUri } = disclose(material, { issuer, account }) as { otpauthUri: string };
  return new URL(otpauthUri);
}

describe('enrolling an authenticator app', () => {
  it.each([
    ['SHA1', 160],
    ['SHA256', 256],
    ['SHA512', 512],
  ])('with %s makes a secret of %i random bits', (algorithm, bits) => {
    const { secret } = enrolled(totp, { algorithm }).disclosure as { secret: string };
    expect(Math.floor((secret.length * 5) / 8) * 8).toBe(bits);
  });

  it('is by SHA-1, six digits and thirty seconds unless asked otherwise', () => {
    expect(enrolled(totp).material).toMatchObject({ algorithm: 'SHA1', digits: 6, period: 30 });
    const chosen = { algorithm: 'SHA512', digits: 8, period: 60 };
    expect(enrolled(totp, chosen).material).toMatchObject(chosen);
  });

  it('discloses a URI with issuer, account and secret, and parameters that are not the default', () => {
    const { disclosure } = enrolled(totp, { algorithm: 'SHA256', digits: 8 });
    const uri = new URL((disclosure as { otpauthUri: string }).otpauthUri);
    expect(`${uri.protocol}//${uri.host}`).toBe('otpauth://totp');
    expect(decodeURIComponent(uri.pathname)).toBe('/Example Bank:user-1');
    expect(Object.fromEntries(uri.searchParams)).toEqual({
      issuer: 'Example Bank',
      secret: expect.stringMatching(/^[A-Z2-7]{52}$/),
      algorithm: 'SHA256',
      digits: '8',
    });
  });

  it('keeps hostile names inside the label', () => {
    const uri = uriFor('A & B?secret=X#', 'j%3Aö@example.com&issuer=evil');
    expect(decodeURIComponent(uri.pathname)).toBe('/A & B?secret=X#:j%3Aö@example.com&issuer=evil');
    expect(uri.searchParams.getAll('secret')).toEqual([material.secret]);
    expect(uri.searchParams.getAll('issuer')).toEqual(['A & B?secret=X#']);
  });

  it('leaves one colon, between issuer and account', () => {
    expect(decodeURIComponent(uriFor('A: B', 'c:d:e').pathname)).toBe('/A  B:c d e');
  });

  it('survives lone surrogates and endless names', () => {
    const uri = uriFor(`\ud800${'😀'.repeat(500)}`, 'x'.repeat(10_000));
    expect(uri.href.length).toBeLessThan(2_000);
    expect(uri.searchParams.get('issuer')).toMatch(/^\uFFFD😀+$/u);
  });
});
