import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import type { ReadyFile } from '../../src/embedded/ready-file';
import { call, type Called } from '../running-system';
import { shownBy } from '../factors/totp/authenticator';
import { formsIn } from './forms-of';
import { checkout, startSystem, type System } from './running-system';
import { untilRoomInStep } from './time-step';

const planted = {
  rawTotpSecret: Buffer.from('planted-totp-secret!'),
  address: Buffer.from('203.0.113.77'),
  userAgent: Buffer.from('PlantedAgent/77.3 (secret phone of Eve)'),
  wrongCode: Buffer.from('wrong-planted-code-9'),
};
const base32Secret = 'OBWGC3TUMVSC25DPORYC243FMNZGK5BB';

const folder = mkdtempSync(join(tmpdir(), 'mfaflow-planted-'));
const dataDir = join(folder, 'data');
let running: System;
let ready: ReadyFile;
const corpora: Record<'logs' | 'databases' | 'raw' | 'decoded', string> = {
  logs: '',
  databases: '',
  raw: '',
  decoded: '',
};
const secrets: Record<string, Buffer> = { ...planted };
const canaries = { group: 'canary-in-the-clear', factorName: 'canary in a history' };

const api = (
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Called> =>
  call(ready.apiUrl, method, path, { key: ready.apiKey, headers, ...(body !== undefined && { body }) });

beforeAll(async () => {
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: checkout, stdio: 'inherit' });
  running = startSystem({ dataDir, env: { MFAFLOW_TEST_MODE: '1', MFAFLOW_LOG_LEVEL: 'debug' } });
  ready = await running.ready();
  const workflowId = await useEverything();
  for (const format of ['raw', 'decoded'] as const) {
    const path = `/test/histories/${encodeURIComponent(workflowId)}?format=${format}`;
    corpora[format] = JSON.stringify(
      (await call(ready.testUrl ?? '', 'GET', path, { key: ready.testKey ?? '' })).body,
    );
  }
  corpora.databases = (await dumpOf(ready.databaseUrl)) + (await dumpOf(ready.keysDatabaseUrl));
  running.child.kill('SIGTERM');
  await running.exited;
  corpora.logs = running.output();
  for (const name of readdirSync(join(dataDir, 'logs')))
    corpora.logs += readFileSync(join(dataDir, 'logs', name), 'utf8');
}, 180_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A life with a planted secret in every place that takes one. */
async function useEverything(): Promise<string> {
  const context = { ip: planted.address.toString(), userAgent: planted.userAgent.toString() };
  const factor = { kind: 'totp', secret: base32Secret, digits: 8, algorithm: 'SHA1', period: 30 };
  await api('POST', '/v1/imports', { users: [{ id: 'eve', groups: [canaries.group], factors: [factor] }] });
  const user = (await api('GET', '/v1/users/eve')).body;
  const codeAt = (ms: number) =>
    shownBy(`otpauth://totp/x?secret=${base32Secret}&digits=8&period=30&algorithm=SHA1`, ms);
  await untilRoomInStep();
  const login = await api('POST', '/v1/users/eve/authentications', {
    context,
    response: { kind: 'totp', code: codeAt(Date.now() - 30_000) },
  });
  expect(login.body.status).toBe('approved');
  const stepUp = { 'MFAFlow-Step-Up': login.body.assertion as string };
  const codes = (await api('POST', '/v1/users/eve/factors', { kind: 'recovery-code' }, stepUp)).body;
  const [first = '', second = ''] = codes.enrolment.codes as string[];
  await api('POST', `/v1/users/eve/factors/${codes.id as string}/confirm`, { code: first });
  await api('PATCH', `/v1/users/eve/factors/${codes.id as string}`, { name: canaries.factorName });
  const begun = (await api('POST', '/v1/users/eve/authentications', { acr: 'aal2', context })).body;
  const answer = `/v1/authentications/${begun.id as string}/answer`;
  await api('POST', answer, { code: planted.wrongCode.toString() });
  await api('POST', answer, { code: second });
  const both = (await api('POST', answer, { code: codeAt(Date.now()) })).body;
  expect(both.status).toBe('approved');
  const token = both.session.token as string;
  const refreshed = (await api('POST', '/v1/sessions/refresh', { token })).body;
  await api('POST', '/v1/sessions/introspect', { token: refreshed.token as string });
  await api('POST', '/v1/sessions/introspect', { token: `${token}x` });
  await api('GET', `/v1/users/eve?leak=${second}`);
  await call(ready.apiUrl, 'GET', '/v1/users/eve', { key: `${ready.apiKey}x` });
  const masterKeys = JSON.parse(readFileSync(masterKeyFile(), 'utf8')) as { keys: Record<string, string> };
  Object.assign(secrets, {
    base32TotpSecret: Buffer.from(base32Secret),
    apiKey: Buffer.from(ready.apiKey),
    testKey: Buffer.from(ready.testKey ?? ''),
    firstRecoveryCode: Buffer.from(first),
    recoveryCode: Buffer.from(second),
    recoveryCodeTyped: Buffer.from(second.replaceAll('-', '')),
    sessionToken: Buffer.from(token),
    refreshedToken: Buffer.from(refreshed.token as string),
    assertion: Buffer.from(both.assertion as string),
    masterKey: Buffer.from(Object.values(masterKeys.keys)[0] ?? '', 'base64'),
  });
  return user.workflowId as string;
}

function masterKeyFile(): string {
  const name = readdirSync(dataDir).find((entry) => entry.includes('master'));
  if (name === undefined) throw new Error(`no master key in ${readdirSync(dataDir).join(', ')}`);
  return join(dataDir, name);
}

/** Every row of every table as text; bytes come as hex. */
async function dumpOf(url: string): Promise<string> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows: tables } = await client.query<{ name: string }>(
    `SELECT quote_ident(tablename) AS name FROM pg_tables WHERE schemaname = 'public'`,
  );
  let dump = '';
  for (const { name } of tables) {
    const { rows } = await client.query<{ row: string }>(`SELECT to_jsonb(t)::text AS row FROM ${name} t`);
    dump += `${name}\n${rows.map(({ row }) => row).join('\n')}\n`;
  }
  await client.end();
  return dump;
}

const personal = ['address', 'userAgent'];

describe('a planted secret', () => {
  it.each(['logs', 'databases', 'raw', 'decoded'] as const)('is in no form in the %s', (corpus) => {
    expect(corpora[corpus].length).toBeGreaterThan(1_000);
    // Whoever may decode a history may read the address in it; nobody may read a code, a secret or a token.
    const hidden = Object.entries(secrets).filter(
      ([name]) => corpus !== 'decoded' || !personal.includes(name),
    );
    expect(hidden).toHaveLength(corpus === 'decoded' ? 12 : 14);
    const found = hidden.map(([name, secret]) => [name, formsIn(corpora[corpus], secret)] as const);
    expect(found.filter(([, forms]) => forms.length > 0)).toEqual([]);
  });

  it('would be found: what was left in the clear on purpose is', () => {
    expect(formsIn(corpora.databases, Buffer.from(canaries.group))).not.toEqual([]);
    expect(formsIn(corpora.decoded, Buffer.from(canaries.factorName))).not.toEqual([]);
    expect(formsIn(corpora.raw, Buffer.from('authenticate'))).not.toEqual([]);
    expect(formsIn(corpora.logs, Buffer.from(ready.tenant))).not.toEqual([]);
  });

  it('would be found in every form', () => {
    for (const encode of [
      (secret: Buffer) => secret.toString('hex').toUpperCase(),
      (secret: Buffer) => `x${secret.toString('base64')}`,
      (secret: Buffer) => Buffer.concat([Buffer.from('a'), secret, Buffer.from('b')]).toString('base64'),
      (secret: Buffer) => Buffer.concat([Buffer.from('ab'), secret]).toString('base64url'),
      (secret: Buffer) => encodeURIComponent(secret.toString()),
      () => base32Secret.toLowerCase(),
    ]) {
      expect(formsIn(`…${encode(planted.rawTotpSecret)}…`, planted.rawTotpSecret)).not.toEqual([]);
    }
  });
});
