import { sign } from 'node:crypto';
import { deploymentScope } from '../../src/security/key-scope';
import { mintSessionToken, readSessionToken } from '../../src/security/session-token';
import { generateSigningKey, openSigningKey, type SigningKey } from '../../src/security/signing-key';
import { looseKey } from './test-keys';

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
const session = { sessionId: 'ses_4GzXa1', generation: 36, issuedAt: 1_764_000_000 };

test('a token says its session, generation and time, and is the same when minted again', async () => {
  const token = mintSessionToken(key, session);
  expect(token).toMatch(/^mfs_ses_4GzXa1\.10\.[0-9a-z]+\.[0-9A-Za-z]+\.[A-Za-z0-9_-]{86}$/);
  expect(mintSessionToken(key, session)).toBe(token);
  expect(await readSessionToken(token, keys)).toEqual({ ...session, kid: key.kid });
});

test('altered in any character it is nothing, the spare bits of its end included', async () => {
  const token = mintSessionToken(key, session);
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  for (let at = 0; at < token.length; at += 1) {
    for (const replacement of at === token.length - 1 ? alphabet : 'aB3') {
      if (token.charAt(at) === replacement) continue;
      expect(
        await readSessionToken(token.slice(0, at) + replacement + token.slice(at + 1), keys),
      ).toBeUndefined();
    }
  }
});

test('signed by a key that is not ours it is nothing', async () => {
  const stranger = newKey();
  expect(await readSessionToken(mintSessionToken(stranger, session), keys)).toBeUndefined();
  expect(
    await readSessionToken(mintSessionToken({ ...stranger, kid: key.kid }, session), keys),
  ).toBeUndefined();
});

test('a second spelling of the same numbers is nothing, even if rightly signed', async () => {
  const signed = `mfs_ses_1.01.a.${key.kid}`;
  const token = `${signed}.${sign(null, Buffer.from(signed), key.privateKey!).toString('base64url')}`;
  expect(await readSessionToken(token, keys)).toBeUndefined();
});

test.each([
  '',
  'mfs_',
  'x'.repeat(10_000),
  'mfs_a.1.1.k.',
  'mfs_a.1.1.k.' + 'A'.repeat(86),
  'eyJhbGciOiJFZERTQSJ9.e30.AA',
  '\0',
  'mfs_a.-1.1.k.' + 'A'.repeat(86),
])('malformed: %.20j', async (token) => {
  expect(await readSessionToken(token, keys)).toBeUndefined();
});
