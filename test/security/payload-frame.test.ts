import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { packPayload, unpackPayload } from '../../src/security/payload-frame';

const bytes = (value: string): Uint8Array => new Uint8Array(Buffer.from(value));

test.each(['json/plain', 'binary/null', 'binary/plain'])(
  'of a %s payload nothing but a byte is added to the data',
  (encoding) => {
    const data = new Uint8Array(randomBytes(100));
    const packed = packPayload({ metadata: { encoding: bytes(encoding) }, data });
    expect(packed).toHaveLength(101);
    expect(unpackPayload(packed)).toEqual({ metadata: { encoding: bytes(encoding) }, data });
  },
);

test('any payload comes out as it went in: metadata, data, none of either', () => {
  const payloads = fc.record({
    metadata: fc.dictionary(fc.string({ maxLength: 20 }), fc.uint8Array({ maxLength: 300 }), { maxKeys: 10 }),
    data: fc.oneof(fc.uint8Array({ maxLength: 5_000 }), fc.json().map(bytes)),
  });
  fc.assert(
    fc.property(payloads, (payload) => {
      const unpacked = unpackPayload(packPayload(payload));
      expect(Object.entries(unpacked.metadata!).map(([name, value]) => [name, [...value]])).toEqual(
        Object.entries(payload.metadata).map(([name, value]) => [name, [...value]]),
      );
      expect([...unpacked.data!]).toEqual([...payload.data]);
    }),
  );
  expect(unpackPayload(packPayload({}))).toEqual({ metadata: {}, data: new Uint8Array() });
});

test('what comes out owns its memory: handed on, it takes nothing else along', () => {
  const { data } = unpackPayload(
    packPayload({ metadata: { encoding: bytes('json/plain') }, data: bytes('"short"') }),
  );
  expect(data!.buffer.byteLength).toBe(data!.byteLength);
});

test('a payload of a form from a later release is refused, not guessed at', () => {
  expect(() => unpackPayload(Buffer.from([77, 1, 2, 3]))).toThrow(RangeError);
});

test('a packed payload of this release is still read: histories hold such', () => {
  const packed = Buffer.from('gcMoIkGZyRC5nIQ7BlmbeS0A', 'base64');
  expect(Buffer.from(unpackPayload(packed).data!).toString()).toBe(
    '{"result":{"id":"aut_1","status":"approved"},"version":7}',
  );
});
