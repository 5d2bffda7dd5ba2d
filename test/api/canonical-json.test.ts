import fc from 'fast-check';
import { canonicalJson } from '../../src/api/canonical-json';

describe('canonical JSON', () => {
  it('is the same for bodies that differ in order alone', () => {
    expect(canonicalJson({ b: [1, { d: 1, c: 2 }], a: 'x' })).toBe('{"a":"x","b":[1,{"c":2,"d":1}]}');
  });

  it('leaves out what is not there', () => {
    expect(canonicalJson({ a: undefined, b: null })).toBe(canonicalJson({ b: null }));
  });

  it('means what it was made of', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});
