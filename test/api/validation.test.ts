import { z } from 'zod';
import { check } from '../../src/api/validation';

const schema = z.strictObject({
  id: z.string().regex(/^[a-z]+$/),
  count: z.int().min(1).max(3).optional(),
  list: z.array(z.strictObject({ kind: z.enum(['a', 'b']) })).max(1),
});

describe('validation', () => {
  it('gives what the schema makes of the input', () => {
    expect(check(schema, { id: 'x', list: [] }, '')).toEqual({ ok: true, value: { id: 'x', list: [] } });
  });

  it('names every fault by a pointer', () => {
    const checked = check(schema, { id: 'X', count: 9, list: [{ kind: 'secret' }], extra: 1 }, '');
    expect(checked).toEqual({
      ok: false,
      faults: [
        { pointer: '/id', detail: expect.stringContaining('pattern') },
        { pointer: '/count', detail: 'must be at most 3' },
        { pointer: '/list/0/kind', detail: 'must be one of a, b' },
        { pointer: '/extra', detail: 'is not known here' },
      ],
    });
  });

  it('does not tell back a name that may be a secret in the wrong place', () => {
    const checked = check(schema, { id: 'x', list: [], 'S3cr3t!': 1 }, '/query');
    expect(checked).toEqual({
      ok: false,
      faults: [{ pointer: '/query', detail: 'has a field that is not known here' }],
    });
  });

  it('stops after twenty faults, however many there are', () => {
    const many = Object.fromEntries(
      Array.from({ length: 500 }, (_, index) => [`f${'x'.repeat(index % 20)}${String(index)}`, 1]),
    );
    const checked = check(schema, { id: 'x', list: [], ...many }, '');
    expect(checked.ok ? 0 : checked.faults.length).toBe(20);
  });
});
