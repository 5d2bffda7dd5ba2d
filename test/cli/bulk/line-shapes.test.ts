import fc from 'fast-check';
import { groupField, nameField, userIdField } from '../../../src/api/schemas/fields';
import { canonicalLocale, lineShapes } from '../../../src/cli/bulk/line-shapes';

const characters = fc.string({
  unit: fc.constantFrom(...Array.from("aZ09._~!$&'()*+,;=:@|-/ %#é\u200b\t\u2028\u00a0"), '😀'),
  maxLength: 8,
});
const texts = fc.oneof(
  characters,
  fc.string({ unit: 'binary' }),
  fc.constantFrom('', '.', '..', '...', 'a'.repeat(64), 'a'.repeat(65), 'a'.repeat(128), 'a'.repeat(129)),
);

describe('what a line may hold', () => {
  it.each([
    ['id', userIdField],
    ['group', groupField],
    ['name', nameField],
  ] as const)('is what the API takes as %s', (name, field) => {
    fc.assert(
      fc.property(texts, (text) => expect(lineShapes[name].fits(text)).toBe(field.safeParse(text).success)),
      { numRuns: 1_000 },
    );
  });

  it('is a language tag in its canonical form', () => {
    expect([canonicalLocale('de-ch'), canonicalLocale('DE-CH'), canonicalLocale('zh-hant-tw')]).toEqual([
      'de-CH',
      'de-CH',
      'zh-Hant-TW',
    ]);
    for (const tag of ['', 'not a tag', 'de_CH', 'x'.repeat(100), 7, null])
      expect(canonicalLocale(tag)).toBeUndefined();
  });
});
