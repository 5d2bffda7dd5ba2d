import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { createLocalJWKSet, jwtVerify, SignJWT, UnsecuredJWT } from 'jose';
import { type AssertionClaims, mintAssertion, verifyAssertion } from '../../src/security/assertion';
import { deploymentScope } from '../../src/security/key-scope';
import { generateSigningKey, openSigningKey, type SigningKey } from '../../src/security/signing-key';
import { looseKey } from './test-keys';

const issuer = 'https://mfa.example';
const claims: AssertionClaims = {
  iss: issuer,
  sub: 'user-17@tenant',
  aud: 'https://app.example',
  nonce: 'n-1',
  jti: 'jti_1',
  acr: 'aal2',
  amr: ['pwd', 'otp', 'mfa'],
  authTime: 1_764_000_000,
  iat: 1_764_000_001,
  exp: 1_764_000_121,
  tenant: 'acme',
  txn: 'aut_1',
  purpose: 'login',
};

function newKey(): SigningKey {
  const deploymentKey = looseKey(deploymentScope);
  return openSigningKey(deploymentKey, {
    ...generateSigningKey(deploymentKey),
    status: 'active',
    published: true,
  });
}

const key = newKey();
const keys = { byKid: (kid: string) => Promise.resolve(kid === key.kid ? key : undefined) };

/** A token with our key and header over any payload. */
function sign(payload: object, header: { alg?: string; kid?: string } = {}, signer = key): Promise<string> {
  return new SignJWT({ ...payload })
    .setProtectedHeader({ alg: 'EdDSA', kid: key.kid, typ: 'JWT', ...header })
    .sign(signer.privateKey!);
}

const wire = { ...claims, auth_time: claims.authTime, authTime: undefined };

test('an assertion says what it was minted with', async () => {
  expect(await verifyAssertion(await mintAssertion(key, claims), keys, { issuer })).toEqual(claims);
});

test('a nonce is there only if the request had one', async () => {
  const without = Object.fromEntries(
    Object.entries(claims).filter(([name]) => name !== 'nonce'),
  ) as unknown as AssertionClaims;
  expect(await verifyAssertion(await mintAssertion(key, without), keys, { issuer })).toEqual(without);
});

test('minted again it is the same, byte for byte, whatever the order of the claims', async () => {
  const reversed = Object.fromEntries(Object.entries(claims).reverse()) as unknown as AssertionClaims;
  expect(await mintAssertion(key, reversed)).toBe(await mintAssertion(key, claims));
});

test('an integrator verifies it with the published key set and any JWT library', async () => {
  const keySet = createLocalJWKSet({ keys: [key.publicJwk] });
  const { payload, protectedHeader } = await jwtVerify(await mintAssertion(key, claims), keySet, {
    issuer,
    audience: claims.aud,
    currentDate: new Date((claims.iat + 60) * 1000),
  });
  expect(protectedHeader).toEqual({ alg: 'EdDSA', kid: key.kid, typ: 'JWT' });
  expect(payload).toMatchObject({ sub: claims.sub, nonce: 'n-1', acr: 'aal2', auth_time: claims.authTime });
});

test('none is minted for longer than two minutes', async () => {
  await expect(mintAssertion(key, { ...claims, exp: claims.iat + 121 })).rejects.toThrow(RangeError);
});

test('an expired one still reads: how old is too old is for the caller to say', async () => {
  const old = { ...claims, authTime: 1, iat: 2, exp: 3 };
  expect(await verifyAssertion(await mintAssertion(key, old), keys, { issuer })).toEqual(old);
});

describe('refused, each with the same error', () => {
  const hmacKey = randomBytes(32);
  const es256 = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const forgeries: [string, () => Promise<string> | string][] = [
    ['nothing', () => ''],
    ['not a token', () => 'a.b.c'],
    ['unsigned', () => new UnsecuredJWT(wire).encode()],
    ['signed by somebody else under our key id', () => sign(wire, {}, newKey())],
    ['of a key that is not ours', () => sign(wire, { kid: 'unknown00000' })],
    ['without a key id', () => new SignJWT(wire).setProtectedHeader({ alg: 'EdDSA' }).sign(key.privateKey!)],
    ['HMAC', () => new SignJWT(wire).setProtectedHeader({ alg: 'HS256', kid: key.kid }).sign(hmacKey)],
    ['ES256', () => new SignJWT(wire).setProtectedHeader({ alg: 'ES256', kid: key.kid }).sign(es256)],
    ['of another issuer', () => sign({ ...wire, iss: 'https://other.example' })],
    ['several audiences', () => sign({ ...wire, aud: ['https://app.example', 'https://other.example'] })],
    ['a time as a string', () => sign({ ...wire, auth_time: '1764000000' })],
    ['no time of authentication', () => sign({ ...wire, auth_time: undefined })],
    ['no subject', () => sign({ ...wire, sub: '' })],
    ['amr as a string', () => sign({ ...wire, amr: 'otp' })],
    ['a session token', () => 'mfs_ses_1.1.a.b.c'],
  ];

  test.each(forgeries)('%s', async (_name, forge) => {
    const attempt = verifyAssertion(await forge(), keys, { issuer });
    await expect(attempt).rejects.toMatchObject({
      code: 'assertion_invalid',
      message: 'The assertion is not valid.',
    });
  });

  test('altered in any place', async () => {
    const token = await mintAssertion(key, claims);
    for (let at = 0; at < token.length - 1; at += 7) {
      const altered = token.slice(0, at) + (token.charAt(at) === 'A' ? 'B' : 'A') + token.slice(at + 1);
      await expect(verifyAssertion(altered, keys, { issuer })).rejects.toMatchObject({
        code: 'assertion_invalid',
      });
    }
  });
});
