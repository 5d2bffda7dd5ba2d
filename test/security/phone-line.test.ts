import { getCountries, getExampleNumber, parsePhoneNumberFromString } from 'libphonenumber-js/max';
import examples from 'libphonenumber-js/mobile/examples';
import { countryOf, refuseUndeliverable } from '../../src/security/phone-line';

function refusalOf(channel: 'sms' | 'voice', number: string): unknown {
  try {
    refuseUndeliverable(channel, number);
    return undefined;
  } catch (error) {
    return error;
  }
}

const mobiles = getCountries().map((country) => getExampleNumber(country, examples)!.number);

describe('a number that a code is to be sent to', () => {
  it('passes for both channels when it is the example of a mobile number, in every country', () => {
    expect(mobiles.length).toBeGreaterThan(200);
    for (const number of mobiles) {
      expect([number, refusalOf('sms', number)]).toEqual([number, undefined]);
      expect([number, refusalOf('voice', number)]).toEqual([number, undefined]);
    }
  });

  it.each([
    '+441212345678',
    '+4930123456',
    '+33123456789',
    '+390212345678',
    '+34810123456',
    '+81312345678',
    '+61212345678',
    '+551123456789',
    '+31101234567',
    '+41212345678',
    '+43732123456',
    '+97144123456',
    '+85221234567',
    '+911141234567',
    '+27101234567',
    '+353 1 234 5678'.replaceAll(' ', ''),
  ])('%s is a landline: it can be called and takes no text messages', (number) => {
    expect(refusalOf('voice', number)).toBeUndefined();
    expect(refusalOf('sms', number)).toMatchObject({
      code: 'invalid_request',
      detail: expect.stringContaining('landline'),
    });
  });

  it.each(['+12125551234', '+14165550123', '+18092345678', '+522221234567', '+4529123456'])(
    '%s may be either, so it passes for both',
    (number) => {
      expect(refusalOf('voice', number)).toBeUndefined();
      expect(refusalOf('sms', number)).toBeUndefined();
    },
  );

  it.each([
    ['premium-rate', '+19002345678'],
    ['premium-rate', '+449012345678'],
    ['premium-rate', '+499001234567'],
    ['premium-rate', '+33891123456'],
    ['premium-rate', '+39899123456'],
    ['premium-rate', '+34803123456'],
    ['premium-rate', '+81990123456'],
    ['premium-rate', '+611901234567'],
    ['premium-rate', '+31900123456'],
    ['premium-rate', '+41900123456'],
    ['shared-cost', '+491803012345'],
    ['shared-cost', '+33884012345'],
    ['shared-cost', '+39848123456'],
    ['shared-cost', '+611300123456'],
    ['shared-cost', '+41840123456'],
    ['toll-free', '+18002345678'],
    ['toll-free', '+448001234567'],
    ['toll-free', '+498001234567'],
    ['toll-free', '+911800123456'],
    ['pager', '+447640123456'],
    ['pager', '+4916412345'],
    ['pager', '+31662345678'],
    ['pager', '+41740123456'],
    ['access number', '+445512345678'],
    ['access number', '+4918500123456'],
    ['voicemail', '+41860123456789'],
    ['personal', '+15002345678'],
    ['personal', '+447012345678'],
    ['internet telephony', '+445612345678'],
    ['internet telephony', '+815012345678'],
  ])('is refused for both channels where it is %s: %s', (reason, number) => {
    for (const channel of ['sms', 'voice'] as const) {
      expect(refusalOf(channel, number)).toMatchObject({
        code: 'invalid_request',
        detail: expect.stringContaining(reason),
      });
    }
  });

  it.each([
    '+80012345678',
    '+881612345678',
    '+870773111632',
    '+88213123456',
    '+97912345678',
    '+88812345678901',
  ])('%s belongs to no country, and is refused', (number) => {
    expect(refusalOf('sms', number)).toMatchObject({ code: 'invalid_request' });
    expect(refusalOf('voice', number)).toMatchObject({ code: 'invalid_request' });
  });

  it.each([
    ['a short code', '+112'],
    ['a short code of a country', '+1911'],
    ['too short for its country', '+4479111'],
    ['too long for its country', '+447911123456789'],
    ['of no country code', '+999123456789'],
    ['without a country', '07911123456'],
    ['with a text', '+447911123456x'],
    ['with a line break', '+447911123456\n'],
    ['with blanks', '+44 7911 123456'],
    ['nothing', ''],
    ['long', `+44${'7'.repeat(100_000)}`],
  ])('%s: refused as one that cannot exist', (_, number) => {
    expect(refusalOf('sms', number)).toMatchObject({ code: 'invalid_request' });
    expect(refusalOf('voice', number)).toMatchObject({ code: 'invalid_request' });
  });

  it('passes where its type is not known, as blocks are given out every month', () => {
    for (const number of ['+447700900123', '+15555550100']) {
      expect(parsePhoneNumberFromString(number)?.getType()).toBeUndefined();
      expect(refusalOf('sms', number)).toBeUndefined();
      expect(refusalOf('voice', number)).toBeUndefined();
    }
  });

  it('is never repeated in a refusal', () => {
    for (const number of ['+19002345678', '+441212345678', '+881612345678', '+447911123456789']) {
      const error = refusalOf('sms', number) as Error;
      expect(`${error.message} ${JSON.stringify(error)}`).not.toContain(number.slice(3, 9));
    }
  });
});

describe('the country of a number', () => {
  it.each([
    ['+447911123456', 'GG'],
    ['+447400123456', 'GB'],
    ['+12015550123', 'US'],
    ['+15062345678', 'CA'],
    ['+18762345678', 'JM'],
    ['+18092345678', 'DO'],
    ['+79123456789', 'RU'],
    ['+77012345678', 'KZ'],
    ['+4915112345678', 'DE'],
    ['+919012345678', 'IN'],
    ['+393123456789', 'IT'],
  ])('of %s is %s, also where several share a country code', (number, country) => {
    expect(countryOf(number)).toBe(country);
  });

  it('is the main one of its country code when the number does not tell', () => {
    expect(countryOf('+447700900123')).toBe('GB');
    expect(countryOf('+15555550100')).toBe('US');
  });

  it.each(['+881612345678', '+999123456789', '', 'alice'])('of %s is none', (number) => {
    expect(countryOf(number)).toBe('ZZ');
  });
});
