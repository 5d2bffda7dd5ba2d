import { generateKeyPairSync } from 'node:crypto';
import { exportJWK, UnsecuredJWT } from 'jose';
import { readPublicKeys } from '../../src/security/public-key-set';
import { SecurityEventRefused } from '../../src/security/security-event-fault';
import { readSecurityEvent, type Transmitter } from '../../src/security/security-event-token';
import { sessionRevoked, TestTransmitter, verification } from './transmitter';

const now = 1_764_000_000;
const day = 24 * 3_600;
const sender = new TestTransmitter();
const { issuer, audience } = sender;
const event = { [sessionRevoked]: {} };
let transmitter: Transmitter;

beforeAll(async () => {
  transmitter = { issuer, audience, keys: [await sender.publicJwk()] };
});

const read = (token: string, keptDays = 30) => readSecurityEvent(token, transmitter, now, keptDays);

async function refusalOf(token: string): Promise<string> {
  const error: unknown = await read(token).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(SecurityEventRefused);
  return (error as SecurityEventRefused).err;
}

/** A token of now with other claims. */
const saying = (claims: Record<string, unknown> = {}, header: Record<string, unknown> = {}) =>
  sender.token(event, { claims: { iat: now, ...claims }, header });

test('a token says what happened to whom, by whom it was signed', async () => {
  expect(await read(await saying({ jti: 'a', toe: now - day }))).toEqual({
    jti: 'a',
    issuedAt: now,
    happenedAt: now - day,
    event: { type: 'session.suspicious', data: { reason: 'session-revoked' } },
    subject: { userId: 'alice' },
  });
});

test.each([
  ['of its issuer', { format: 'iss_sub', iss: issuer, sub: 'bob' }, { userId: 'bob' }],
  [
    'of its issuer, as RISC wrote it',
    { subject_type: 'iss-sub', iss: issuer, sub: 'bob' },
    { userId: 'bob' },
  ],
  ['by an address', { format: 'email', email: 'b@example.com' }, { kind: 'email', address: 'b@example.com' }],
  [
    'by a number',
    { format: 'phone_number', phone_number: '+442079460018' },
    { kind: 'phone', address: '+442079460018' },
  ],
  [
    'as the user of several things',
    { format: 'complex', user: { format: 'opaque', id: 'bob' }, session: { format: 'opaque', id: 's' } },
    { userId: 'bob' },
  ],
])('a subject is named %s, beside the event or in it', async (_, identifier, subject) => {
  expect((await read(await saying({ sub_id: identifier }))).subject).toEqual(subject);
  const inside = await sender.token(
    { [sessionRevoked]: { subject: identifier } },
    { claims: { iat: now, sub_id: undefined } },
  );
  expect((await read(inside)).subject).toEqual(subject);
});

test.each([
  ['nobody', undefined],
  ['somebody of another issuer', { format: 'iss_sub', iss: 'https://other.example', sub: 'bob' }],
  ['an account', { format: 'account', uri: 'acct:bob@example.com' }],
  ['a complex subject in a complex one', { user: { user: { format: 'opaque', id: 'bob' } } }],
  ['a session alone', { format: 'complex', session: { format: 'opaque', id: 's' } }],
  ['an id that is too long', { format: 'opaque', id: 'x'.repeat(129) }],
  ['an id with NUL', { format: 'opaque', id: 'x\0' }],
  ['no id', { format: 'opaque', id: { $ne: '' } }],
])('a subject that is %s is refused', async (_, identifier) => {
  expect(await refusalOf(await saying({ sub_id: identifier }))).toBe('invalid_request');
});

test('the trial of a stream is about nobody', async () => {
  const token = await sender.token({ [verification]: { state: 'abc' } }, { claims: { iat: now } });
  const { subject, event: read_ } = await read(token);
  expect([subject, read_]).toEqual([
    undefined,
    { type: 'federated.stream-verified', data: { state: 'abc' } },
  ]);
});

test('a token that nobody signed is refused, however it says so', async () => {
  const claims = {
    aud: audience,
    iat: now,
    jti: 'a',
    sub_id: { format: 'opaque', id: 'alice' },
    events: event,
  };
  expect(await refusalOf(new UnsecuredJWT(claims).setIssuer(issuer).encode())).toBe('invalid_key');
  const [, payload = ''] = (await saying()).split('.');
  const header = (alg: string) =>
    Buffer.from(JSON.stringify({ alg, typ: 'secevent+jwt', kid: sender.kid })).toString('base64url');
  for (const alg of ['none', 'None', 'HS256', 'RS1'])
    expect(await refusalOf(`${header(alg)}.${payload}.`)).toBe('invalid_key');
  expect(await refusalOf(`${header('ES256')}.${payload}.`)).not.toBe('');
});

test('a token that is signed by the public key, as a secret, is refused', async () => {
  for (const format of ['pem', 'der'] as const) {
    const secret = Buffer.from(sender.publicKey.export({ type: 'spki', format: format as 'pem' }));
    const token = await sender.token(event, {
      claims: { iat: now },
      header: { alg: 'HS256' },
      signer: secret,
    });
    expect(await refusalOf(token)).toBe('invalid_key');
  }
});

test('a token by another key is refused, whether it says so or not', async () => {
  const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const forged = await sender.token(event, { claims: { iat: now }, signer: other });
  expect(await refusalOf(forged)).toBe('authentication_failed');
  expect(await refusalOf(await saying({}, { kid: 'key-2' }))).toBe('invalid_key');
  const [header, , signature] = (await saying()).split('.');
  const [, payload] = (await saying({ sub_id: { format: 'opaque', id: 'bob' } })).split('.');
  expect(await refusalOf([header, payload, signature].join('.'))).toBe('authentication_failed');
});

test.each([
  ['invalid_issuer', { iss: 'https://other.example' }],
  ['invalid_issuer', { iss: undefined }],
  ['invalid_audience', { aud: 'https://other.example' }],
  ['invalid_audience', { aud: undefined }],
  ['invalid_request', { jti: undefined }],
  ['invalid_request', { jti: 'x'.repeat(201) }],
  ['invalid_request', { iat: undefined }],
  ['invalid_request', { iat: String(now) }],
  ['invalid_request', { iat: now - 7 * day - 1 }],
  ['invalid_request', { iat: now + 301 }],
  ['invalid_request', { events: undefined }],
  ['invalid_request', { events: {} }],
  ['invalid_request', { events: { [sessionRevoked]: {}, [verification]: {} } }],
  ['invalid_request', { events: { [sessionRevoked]: 'now' } }],
  ['invalid_request', { events: { 'https://example.com/unknown': {} } }],
])('the answer is %s to %j', async (err, claims) => {
  expect(await refusalOf(await saying(claims))).toBe(err);
});

test('what is a little ahead, or days late, is taken; and an audience among others', async () => {
  for (const claims of [{ iat: now + 299 }, { iat: now - 7 * day }, { aud: ['https://a.example', audience] }])
    expect((await read(await saying(claims))).jti).toBeTruthy();
  await expect(read(await saying({ iat: now - day - 1 }), 1)).rejects.toMatchObject({
    err: 'invalid_request',
  });
});

test('a token of another kind is refused, such as one of a login', async () => {
  for (const typ of ['JWT', 'at+jwt', undefined])
    expect(await refusalOf(await saying({}, { typ }))).toBe('invalid_request');
  for (const text of ['', 'x', '..', 'a.b.c', `${await saying()}.x`, 'x'.repeat(70_000)])
    expect(await refusalOf(text)).toBe('invalid_request');
});

test('a key set holds public keys that are long enough, and nothing else of them', async () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey;
  const okp = generateKeyPairSync('ed25519').publicKey;
  const good = [
    { ...(await exportJWK(rsa)), kid: 'rsa', alg: 'PS256', x5t: 'x' },
    { ...(await exportJWK(okp)), kid: 'okp', use: 'sig' },
    await sender.publicJwk(),
  ];
  const { keys } = (await readPublicKeys(good)) as { keys: object[] };
  expect(keys).toHaveLength(3);
  expect(keys[0]).not.toHaveProperty('x5t');
  const short = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey;
  const [first] = good;
  for (const bad of [
    await sender.privateJwk(),
    { kty: 'oct', k: 'c2VjcmV0' },
    { ...first, k: 'c2VjcmV0' },
    { ...first, alg: 'HS256' },
    { ...first, use: 'enc' },
    { ...first, e: 'A'.repeat(400) },
    { ...(await sender.publicJwk()), x: 'AAAA' },
    { kty: 'EC', crv: 'secp256k1', x: 'AAAA', y: 'AAAA' },
    await exportJWK(short),
    {},
  ])
    expect(await readPublicKeys([bad])).toMatchObject({ index: 0 });
  expect(await readPublicKeys([first ?? {}, first ?? {}])).toMatchObject({ index: 1 });
});
