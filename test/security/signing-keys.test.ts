import pino from 'pino';
import { SigningKeyRetired } from '../../src/security/signing-key';
import {
  createSigningKeys,
  RotationTooSoon,
  type SigningKeys,
  type SigningKeysOptions,
  SigningKeysUnready,
} from '../../src/security/signing-keys';
import { mintSessionToken, readSessionToken } from '../../src/security/session-token';
import { createTestKeys, type TestKeys } from './test-keys';

let keys: TestKeys;
const running: SigningKeys[] = [];

beforeAll(async () => {
  keys = await createTestKeys();
});
afterAll(async () => {
  await keys.close();
});
beforeEach(async () => {
  await keys.pool.query('DELETE FROM signing_keys');
});
afterEach(() => {
  for (const process of running.splice(0)) process.close();
});

function aProcess(options: Partial<SigningKeysOptions> = {}): SigningKeys {
  const process = createSigningKeys({
    pool: keys.pool,
    dataKeys: keys.dataKeys,
    issuer: 'https://mfa.example',
    log: pino({ level: 'silent' }),
    announcedMs: 0,
    ...options,
  });
  running.push(process);
  return process;
}

const statuses = async (): Promise<unknown[]> =>
  (await keys.pool.query('SELECT status FROM signing_keys ORDER BY status')).rows.map(({ status }) => status);

test('before they are loaded no key signs', () => {
  expect(() => aProcess().active()).toThrow(SigningKeysUnready);
});

test('ten first starts at once make one active and one next key, and all sign with the same', async () => {
  const processes = Array.from({ length: 10 }, () => aProcess());
  await Promise.all(processes.map((process) => process.ensure()));
  expect(await statuses()).toEqual(['active', 'next']);
  expect(new Set(processes.map((process) => process.active().kid)).size).toBe(1);
});

test('the key that will sign next is published before it signs', async () => {
  const process = aProcess();
  await process.ensure();
  const before = process.jwks().keys.map(({ kid }) => kid);
  const first = process.active().kid;
  await process.rotate();
  expect(process.active().kid).not.toBe(first);
  expect(before).toContain(process.active().kid);
  expect(process.jwks().keys.map(({ kid }) => kid)).toEqual(expect.arrayContaining([first, ...before]));
  expect(process.jwks().keys).toHaveLength(3);
});

test('the published set holds public halves only', async () => {
  const process = aProcess();
  await process.ensure();
  for (const jwk of process.jwks().keys) {
    expect(Object.keys(jwk).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x']);
    expect(jwk).toMatchObject({ kty: 'OKP', crv: 'Ed25519', alg: 'EdDSA', use: 'sig' });
  }
});

test('the private half stands sealed in its row', async () => {
  const process = aProcess();
  await process.ensure();
  const { d } = process.active().privateKey!.export({ format: 'jwk' });
  const { rows } = await keys.pool.query<{ row: string }>(
    'SELECT signing_keys::text AS row FROM signing_keys',
  );
  for (const { row } of rows) expect(row).not.toContain(Buffer.from(d!, 'base64url').toString('hex'));
});

test('eight rotations at once are one rotation', async () => {
  const processes = Array.from({ length: 8 }, () => aProcess());
  await Promise.all(processes.map((process) => process.ensure()));
  await Promise.all(processes.map((process) => process.rotate()));
  expect(await statuses()).toEqual(['active', 'next', 'retired']);
  expect(new Set(processes.map((process) => process.active().kid)).size).toBe(1);
});

test('a next key that nobody can know yet does not sign, except by force', async () => {
  const process = aProcess({ announcedMs: 3_600_000 });
  await process.ensure();
  const first = process.active().kid;
  await expect(process.rotate()).rejects.toThrow(RotationTooSoon);
  expect(process.active().kid).toBe(first);
  const leaked = process.active();
  const token = mintSessionToken(leaked, { sessionId: 'ses_1', generation: 0, issuedAt: 1_764_000_000 });
  await process.rotate({ force: true });
  expect(process.active().kid).not.toBe(first);
  // Forced because it has leaked: what it signs proves nothing any more.
  expect(await process.byKid(first)).toBeUndefined();
  expect(await readSessionToken(token, process)).toBeUndefined();
  expect(process.jwks().keys.map(({ kid }) => kid)).not.toContain(first);
});

test('what another process signs after a rotation is verified at once, and what it signed before still is', async () => {
  let clock = 0;
  const [one, other] = [aProcess(), aProcess({ now: () => clock })];
  await one.ensure();
  await other.ensure();
  const session = { sessionId: 'ses_1', generation: 1, issuedAt: 1_764_000_000 };
  const before = mintSessionToken(other.active(), session);
  await one.rotate();
  await one.rotate();
  const after = mintSessionToken(one.active(), session);
  // Unknown key ids are looked up once a second at most, and the other has just loaded.
  clock = 1_000;
  for (const token of [before, after]) {
    expect(await readSessionToken(token, one)).toMatchObject(session);
    expect(await readSessionToken(token, other)).toMatchObject(session);
  }
});

test('made-up key ids do not become a query each', async () => {
  let queries = 0;
  const counting = new Proxy(keys.pool, {
    get(pool, name) {
      if (name === 'query') queries += 1;
      const member: unknown = Reflect.get(pool, name);
      return typeof member === 'function' ? (member.bind(pool) as unknown) : member;
    },
  });
  const process = aProcess({ pool: counting });
  await process.ensure();
  const before = queries;
  for (let index = 0; index < 50; index += 1) expect(await process.byKid(`madeup${index}`)).toBeUndefined();
  expect(queries - before).toBeLessThanOrEqual(1);
});

test('past the retention a retired key is published no more and signs no more, but still verifies', async () => {
  const process = aProcess({ retentionMs: 0 });
  await process.ensure();
  const session = { sessionId: 'ses_1', generation: 1, issuedAt: 1_764_000_000 };
  const first = process.active();
  const token = mintSessionToken(first, session);
  await process.rotate();
  await process.rotate();
  expect(process.jwks().keys.map(({ kid }) => kid)).not.toContain(first.kid);
  expect(await readSessionToken(token, process)).toMatchObject(session);
  const retired = (await process.byKid(first.kid))!;
  expect(() => mintSessionToken(retired, session)).toThrow(SigningKeyRetired);
});

test('when the database is away, what is known goes on', async () => {
  let away = false;
  const failing = new Proxy(keys.pool, {
    get(pool, name) {
      if (away) throw new Error('away');
      const member: unknown = Reflect.get(pool, name);
      return typeof member === 'function' ? (member.bind(pool) as unknown) : member;
    },
  });
  const process = aProcess({ pool: failing });
  await process.ensure();
  const { kid } = process.active();
  away = true;
  await expect(process.refresh()).rejects.toThrow('away');
  expect(process.active().kid).toBe(kid);
  expect(process.jwks().keys).toHaveLength(2);
});
