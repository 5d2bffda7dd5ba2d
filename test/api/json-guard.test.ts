import { jsonFault } from '../../src/api/json-guard';

describe('the guard of JSON bodies', () => {
  it('lets text of any script through', () => {
    expect(jsonFault({ name: 'Ωmega 📱', list: [1, true, null, { a: 'b' }] })).toBeUndefined();
  });

  it.each([
    ['{"a":{"__proto__":1}}', '/a'],
    ['{"a":[{"constructor":1}]}', '/a/0'],
    ['{"a":"x\\u0000"}', '/a'],
    ['{"a/b":["\\udc00"]}', '/a~1b/0'],
    ['{"\\u0000":1}', ''],
  ])('stops %s at %s', (json, pointer) => {
    expect(jsonFault(JSON.parse(json))?.pointer).toBe(pointer);
  });

  it('stops nesting that no route declares before it costs anything', () => {
    const deep: unknown = JSON.parse('['.repeat(5000) + ']'.repeat(5000));
    expect(jsonFault(deep)?.detail).toBe('is nested too deeply');
  });
});
