import { directionOf, lookupChain } from '../../../src/delivery/messages/locales';

describe('a locale', () => {
  it.each([
    ['de-CH', ['de-CH', 'de']],
    ['ZH-hant-tw', ['zh-Hant-TW', 'zh-Hant', 'zh']],
    ['en', ['en']],
    ['de-u-co-phonebk', ['de-u-co-phonebk', 'de-u-co', 'de']],
    ['', []],
    ['x y', []],
  ])('%j falls back step by step', (tag, chain) => {
    expect(lookupChain(tag)).toEqual(chain);
  });

  it('is written in the direction of its language', () => {
    expect(['ar-EG', 'he', 'de', 'fa'].map(directionOf)).toEqual(['rtl', 'rtl', 'ltr', 'rtl']);
  });
});
