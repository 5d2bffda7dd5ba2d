import fc from 'fast-check';
import { schemaFaults, type JsonSchema } from '../../src/domain/json-schema';

const schema: JsonSchema = {
  type: 'object',
  required: ['name'],
  properties: {
    name: { type: 'string', minLength: 2, maxLength: 5, pattern: '^[a-z]+$' },
    size: { type: 'integer', minimum: 1, maximum: 9 },
    colour: { type: 'string', enum: ['red', 'blue'] },
    open: { type: 'boolean' },
    tags: { type: 'array', items: { type: 'string' }, minItems: 1, maxItems: 2, uniqueItems: true },
  },
};

describe('a value against a schema', () => {
  it('fits when everything does', () => {
    expect(schemaFaults(schema, { name: 'abc', size: 9, colour: 'red', open: false, tags: ['a'] })).toEqual(
      [],
    );
  });

  it.each([
    [null, ''],
    [[], ''],
    ['abc', ''],
    [new Map(), ''],
    [{}, '/name'],
    [{ name: ['abc'] }, '/name'],
    [{ name: 'a' }, '/name'],
    [{ name: 'abcdef' }, '/name'],
    [{ name: 'ABC' }, '/name'],
    [{ name: 'ab\n' }, '/name'],
    [{ name: 'abc', size: 0 }, '/size'],
    [{ name: 'abc', size: 10 }, '/size'],
    [{ name: 'abc', size: 1.5 }, '/size'],
    [{ name: 'abc', size: '1' }, '/size'],
    [{ name: 'abc', size: Number.NaN }, '/size'],
    [{ name: 'abc', colour: 'green' }, '/colour'],
    [{ name: 'abc', open: 0 }, '/open'],
    [{ name: 'abc', tags: [] }, '/tags'],
    [{ name: 'abc', tags: ['a', 'a'] }, '/tags'],
    [{ name: 'abc', tags: ['a', 'b', 'c'] }, '/tags'],
    [{ name: 'abc', tags: ['a', 1] }, '/tags/1'],
    [{ name: 'abc', tags: { length: 1 } }, '/tags'],
    [{ name: 'abc', other: 1 }, '/other'],
    [{ name: 'abc', 'a/b~c': 1 }, '/a~1b~0c'],
    [JSON.parse('{"name": "abc", "__proto__": {}}'), '/__proto__'],
    [{ name: 'abc', constructor: 1 }, '/constructor'],
  ])('%j is refused at %j', (value, pointer) => {
    expect(schemaFaults(schema, value).map((fault) => fault.pointer)).toEqual([pointer]);
  });

  it('does not take an inherited property for its own', () => {
    const heir: unknown = Object.create({ name: 'abc' });
    expect(schemaFaults(schema, heir)).not.toEqual([]);
  });

  it('stops after as many faults as were asked for', () => {
    const hostile = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`key-${i}`, i]));
    expect(schemaFaults(schema, hostile, '', 7)).toHaveLength(7);
  });

  it('never throws, whatever JSON it is given', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(Array.isArray(schemaFaults(schema, value))).toBe(true);
      }),
    );
  });
});
