import { wordingFor } from '../../../src/api/link-page/languages';

test.each([
  ['de-CH,de;q=0.9,en;q=0.8', 'de'],
  ['nl, fr;q=0.5, es;q=0.7', 'es'],
  ['PT-br', 'pt'],
  ['en;q=0, fr;q=0.1', 'fr'],
  ['*', 'en'],
  ['zh', 'en'],
  ['', 'en'],
  [undefined, 'en'],
  ['de;q=2, es;q=0.1', 'es'],
  ['constructor, __proto__', 'en'],
  [',;=,'.repeat(5_000), 'en'],
])('a browser that asks for %.30j is answered in %s', (header, language) => {
  expect(wordingFor(header).language).toBe(language);
});

test('the language that the user is known by comes before that of the browser', () => {
  expect(wordingFor('fr', 'de-CH').language).toBe('de');
  expect(wordingFor('fr', 'nl').language).toBe('fr');
  expect(wordingFor('fr', null).language).toBe('fr');
});

function shapeOf(value: unknown): unknown {
  if (typeof value === 'string') return [...new Set(value.match(/\{[a-z]+\}/g))].sort();
  if (Array.isArray(value)) return shapeOf(value.join(' '));
  return Object.fromEntries(Object.entries(value as object).map(([key, member]) => [key, shapeOf(member)]));
}

test.each(['de', 'fr', 'es', 'pt'])(
  '%s says of everything what English says, with the same slots',
  (language) => {
    expect(shapeOf(wordingFor(language).texts)).toEqual(shapeOf(wordingFor('en').texts));
  },
);
