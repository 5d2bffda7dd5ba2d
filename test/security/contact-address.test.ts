import fc from 'fast-check';
import { MfaError } from '../../src/domain/errors';
import { SealBroken } from '../../src/security/aead';
import {
  blindIndexOf,
  normaliseAddress,
  openAddress,
  readAddress,
  sealAddress,
  type ContactKind,
} from '../../src/security/contact-address';
import { alice, bob, looseKey } from './test-keys';

const email = (text: string): string => normaliseAddress('email', text);
const phone = (text: string): string => normaliseAddress('phone', text);

function refusalOf(kind: ContactKind, text: string): MfaError {
  try {
    readAddress(kind, text);
  } catch (error) {
    if (error instanceof MfaError) return error;
    throw error;
  }
  throw new Error(`${JSON.stringify(text)} was taken`);
}

describe('e-mail addresses', () => {
  it.each([
    ['blanks around it', ' alice@example.com\u3000'],
    ['upper case', 'ALICE@EXAMPLE.COM'],
    ['full-width letters', 'ａｌｉｃｅ＠ｅｘａｍｐｌｅ．ｃｏｍ'],
    ['an ideographic full stop', 'alice@example\u3002com'],
    ['a soft hyphen in the domain, which domain names ignore', 'alice@exam\u00adple.com'],
    ['a sign that stands for a letter', 'al\u2139ce@example.com'],
  ])('are one with %s', (_, text) => {
    expect(email(text)).toBe('alice@example.com');
  });

  it.each([
    ['münchen', 'post@münchen.de', 'post@xn--mnchen-3ya.de'],
    ['its upper case', 'post@MÜNCHEN.DE', 'post@XN--MNCHEN-3YA.DE'],
    ['a decomposed umlaut', 'post@mu\u0308nchen.de', 'post@xn--mnchen-3ya.de'],
    ['Cyrillic', 'почта@пример.рф', 'ПОЧТА@xn--e1afmkfd.xn--p1ai'],
    ['the German sharp s', 'a@faß.de', 'a@xn--fa-hia.de'],
  ])('are one in Unicode and in punycode: %s', (_, unicode, punycode) => {
    expect(email(unicode)).toBe(email(punycode));
  });

  it.each([
    ['a Cyrillic а in the name', '\u0430lice@example.com'],
    ['a dotless ı in the name', 'al\u0131ce@example.com'],
    ['a Cyrillic е in the domain', 'alice@\u0435xample.com'],
    ['a Greek ο in the domain', 'alice@example.c\u03bfm'],
    ['a zero for an o', 'alice@example.c0m'],
    ['a dot in the name', 'al.ice@example.com'],
    ['a tag', 'alice+mfa@example.com'],
    ['the sharp s for ss in the domain', 'alice@examples\u00df.com'],
  ])('are another with %s', (_, lookAlike) => {
    expect(email(lookAlike)).not.toBe('alice@example.com');
  });

  it('keep the case of the name for whoever writes to them, and the domain in its ASCII form', () => {
    expect(readAddress('email', 'Alice.Meier@Bücher.example')).toEqual({
      address: 'Alice.Meier@xn--bcher-kva.example',
      normalised: 'alice.meier@xn--bcher-kva.example',
    });
  });

  it('are what is written to, so that no two mailboxes normalise alike save by case', () => {
    const { address } = readAddress('email', '\u017fmith@example.com');
    expect(address).toBe('smith@example.com');
  });

  it.each([
    'alice',
    '@example.com',
    'alice@',
    'alice@b@example.com',
    'alice\uff20b@example.com',
    '"alice"@example.com',
    '"a b"@example.com',
    'al ice@example.com',
    'al\u00a0ice@example.com',
    'al\u200bice@example.com',
    'al\u202eice@example.com',
    'al\u034fice@example.com',
    'al\ufe0fice@example.com',
    'alice\n@example.com',
    'alice@example.com\n',
    'alice@example.com\r\nBcc: eve@example.com',
    '\talice@example.com',
    'al\0ice@example.com',
    '.alice@example.com',
    'alice.@example.com',
    'al..ice@example.com',
    'alice@example..com',
    'alice@.example.com',
    'alice@example.com.',
    'alice@-example.com',
    'alice@exa_mple.com',
    'alice@exa%6dple.com',
    'alice@example.com/x',
    'alice@example.com?x',
    'alice@example.com#x',
    'alice@evil.com\u2100.example.com',
    'alice@example.com:25',
    'alice@[127.0.0.1]',
    'alice@127.0.0.1',
    'alice@0x7f.1',
    'alice@１２７.0.0.1',
    'alice@[IPv6:::1]',
    'alice@xn--a.com',
    'alice@xn--.com',
    '<alice@example.com>',
    'Alice <alice@example.com>',
    'alice@example.com,bob@example.com',
    '\ud800lice@example.com',
    '',
  ])('are refused: %j', (text) => {
    const { code, detail = '' } = refusalOf('email', text);
    expect(code).toBe('invalid_request');
    expect(detail).toMatch(/^[A-Z][^\n]*\.$/);
    if (text.length > 8) expect(detail).not.toContain(text.slice(0, 8));
  });

  it('are 254 octets long at most, 64 before the @', () => {
    const domain = `${'d'.repeat(61)}.${'d'.repeat(61)}.${'d'.repeat(61)}.com`;
    const longest = `${'x'.repeat(254 - domain.length - 1)}@${domain}`;
    expect(email(longest)).toHaveLength(254);
    expect(refusalOf('email', `x${longest}`).code).toBe('invalid_request');
    expect(email(`${'x'.repeat(64)}@example.com`)).toHaveLength(76);
    expect(refusalOf('email', `${'x'.repeat(65)}@example.com`).code).toBe('invalid_request');
    expect(refusalOf('email', `${'ä'.repeat(33)}@example.com`).code).toBe('invalid_request');
    expect(refusalOf('email', `a@${'ü'.repeat(60)}.${'ü'.repeat(60)}.de`.repeat(3)).code).toBe(
      'invalid_request',
    );
    expect(refusalOf('email', `${'\ufdfa'.repeat(100_000)}@example.com`).code).toBe('invalid_request');
  });

  it('normalise to what normalises to itself, whatever is typed', () => {
    const anything = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.emailAddress(),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(anything, fc.oneof(anything, fc.domain()), (local, domain) => {
        for (const text of [local, `${local}@${domain}`]) {
          try {
            const { address, normalised } = readAddress('email', text);
            expect(readAddress('email', address)).toEqual({ address, normalised });
            expect(email(normalised)).toBe(normalised);
            if (/^[\x21-\x7e]+$/.test(address)) expect(email(address.toUpperCase())).toBe(normalised);
            expect(Buffer.byteLength(normalised)).toBeLessThanOrEqual(254);
            expect(normalised.split('@')).toHaveLength(2);
          } catch (error) {
            if (!(error instanceof MfaError)) throw error;
          }
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('phone numbers', () => {
  it.each([
    '+442079460018',
    '+44 20 7946 0018',
    '+44 (0)20 7946-0018',
    ' +44.20.7946.0018 ',
    '＋４４２０７９４６００１８',
    '+٤٤٢٠٧٩٤٦٠٠١٨',
  ])('are one: %s', (text) => {
    expect(phone(text)).toBe('+442079460018');
  });

  it('know the trunk prefixes of countries', () => {
    expect(phone('+54 11 15-2345-6789')).toBe(phone('+54 9 11 2345-6789'));
    expect(phone('+49 0151 23456789')).toBe('+4915123456789');
    expect(phone('+39 06 1234 5678')).toBe('+390612345678');
  });

  it('are taken from blocks that are given out after this version was made', () => {
    expect(phone('+44 7700 900123')).toBe('+447700900123');
  });

  it.each([
    '',
    '+',
    '2079460018',
    '0044 20 7946 0018',
    '020 7946 0018',
    'tel:+442079460018',
    '+442079460018;ext=5',
    '+44 20 7946 0018 ext. 5',
    '+44 20 7946 0018x5',
    '+1 800 FLOWERS',
    '+12',
    '+1234567890123456',
    '+99912345678',
    '++442079460018',
    '+44 20 7946 0018\n',
    '+44 20\u200b7946 0018',
    'call +44 20 7946 0018',
    `+44${'2'.repeat(500)}`,
  ])('are refused: %j', (text) => {
    const { code, detail = '' } = refusalOf('phone', text);
    expect(code).toBe('invalid_request');
    expect(detail).toMatch(/^[A-Z][^\n]*\.$/);
  });

  it('are E.164 or refused, whatever is typed', () => {
    const parts = fc.array(fc.constantFrom(...Array.from('+0123456789 ()-./x٤４;')), { maxLength: 30 });
    fc.assert(
      fc.property(parts, (typed) => {
        try {
          const number = phone(`+${typed.join('')}`);
          expect(number).toMatch(/^\+[1-9]\d{5,14}$/);
          expect(phone(number)).toBe(number);
        } catch (error) {
          if (!(error instanceof MfaError)) throw error;
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('the blind index', () => {
  const key = Buffer.alloc(32, 7);
  const index = blindIndexOf(key, 'ten_a', 'email', 'alice@example.com');

  it('is the same for what normalises alike', () => {
    expect(blindIndexOf(key, 'ten_a', 'email', email(' Alice@EXAMPLE.com'))).toEqual(index);
    expect(index).toHaveLength(32);
  });

  it.each<[string, Buffer]>([
    ['tenant', blindIndexOf(key, 'ten_b', 'email', 'alice@example.com')],
    ['kind', blindIndexOf(key, 'ten_a', 'phone', 'alice@example.com')],
    ['address', blindIndexOf(key, 'ten_a', 'email', 'alice@example.org')],
    ['deployment', blindIndexOf(Buffer.alloc(32, 8), 'ten_a', 'email', 'alice@example.com')],
    ['border between its parts', blindIndexOf(key, 'ten_a","email', 'email', '","alice@example.com')],
  ])('is another for another %s', (_, other) => {
    expect(other).not.toEqual(index);
  });
});

describe('a sealed address', () => {
  const key = looseKey(alice);
  const place = { ...alice, contactId: 'con_1' };
  const sealed = sealAddress(key, place, 'alice@example.com');

  it('opens in its own row', () => {
    expect(openAddress(key, place, sealed)).toBe('alice@example.com');
    expect(sealed.includes('alice')).toBe(false);
  });

  it.each([
    ["another contact's row", { contactId: 'con_2' }],
    ["another user's row", { userId: bob.userId }],
    ["another tenant's row", { tenantId: 'ten_other' }],
  ])('does not open when it was moved to %s', (_, elsewhere) => {
    expect(() => openAddress(key, { ...place, ...elsewhere }, sealed)).toThrow(SealBroken);
  });

  it('does not open under the key of another user', () => {
    expect(() => openAddress(looseKey(bob), place, sealed)).toThrow(SealBroken);
  });
});
