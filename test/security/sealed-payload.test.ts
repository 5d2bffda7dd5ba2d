import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { SealBroken } from '../../src/security/aead';
import { randomId } from '../../src/security/random-id';
import { keyIdOfPayload, openPayload, sealPayload } from '../../src/security/sealed-payload';
import { readableBytes } from './readable-bytes';
import { alice, bob, looseKey } from './test-keys';

const key = looseKey(alice, 'QQQQZZZZWWWW');

/** A login's answer as the lifecycle gives it: 300 bytes of JSON. */
const message = {
  result: {
    id: randomId('aut'),
    status: 'approved',
    grant: {
      kid: randomId(undefined, 12),
      acr: 'aal2',
      amr: ['pwd', 'otp', 'mfa'],
      authTime: 1_764_000_000,
      issuedAt: 1_764_000_000,
      sessionId: randomId('ses'),
      sessionExpiresAt: 1_764_600_000,
      audience: 'https://app.example',
      nonce: 'n-0S6_WzA2',
    },
  },
  version: 17,
};
const payload = (): Payload => defaultPayloadConverter.toPayload(message);

/** Bytes of the protobuf message: tag and length before each map entry, its name, its value, and the data. */
function sizeOf({ metadata, data }: Payload): number {
  const entries = Object.entries(metadata ?? {}).map(
    ([name, value]) => 2 + 2 + name.length + 2 + value.length,
  );
  return entries.reduce((sum, size) => sum + size, 3 + (data?.length ?? 0));
}

/** Every run of four characters of a text: what of it could be read. */
function readableIn(text: string, bytes: Buffer): string[] {
  const runs = Array.from({ length: text.length - 3 }, (_, at) => text.slice(at, at + 4));
  return runs.filter((run) => bytes.includes(run));
}

test('a sealed payload opens under its key', () => {
  const opened = openPayload(key, sealPayload(key, payload()));
  expect(defaultPayloadConverter.fromPayload(opened)).toEqual(message);
});

test('it names its key and no other payload does', () => {
  expect(keyIdOfPayload(sealPayload(key, payload()))).toBe(key.keyId);
  expect(keyIdOfPayload(payload())).toBeUndefined();
  expect(keyIdOfPayload({})).toBeUndefined();
  expect(keyIdOfPayload({ metadata: { encoding: Buffer.from('mfaflow/1') } })).toBeUndefined();
});

test('nothing of a 300-byte message can be read in it, while the same search finds it in clear', () => {
  const text = JSON.stringify(message);
  expect(text.length).toBeGreaterThan(285);
  const sealed = readableBytes(sealPayload(key, payload()));
  expect(readableIn(text, sealed)).toEqual([]);
  expect(readableIn(text, readableBytes(payload())).length).toBeGreaterThan(280);
});

test('it is smaller than the message in clear: under 200 bytes in all', () => {
  expect(sizeOf(sealPayload(key, payload()))).toBeLessThan(200);
});

test('another key, another scope and damage break it', () => {
  const sealed = sealPayload(key, payload());
  expect(() => openPayload(looseKey(alice), sealed)).toThrow(SealBroken);
  expect(() => openPayload({ ...key, scope: bob }, sealed)).toThrow(SealBroken);
  expect(() => openPayload({ ...key, keyId: 'key0000000bb' }, sealed)).toThrow(SealBroken);
  const data = Buffer.from(sealed.data!);
  data[20]! ^= 1;
  expect(() => openPayload(key, { ...sealed, data })).toThrow(SealBroken);
  expect(() => openPayload(key, { metadata: sealed.metadata! })).toThrow(SealBroken);
});
