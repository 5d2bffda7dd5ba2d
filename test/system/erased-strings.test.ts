import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client as TemporalClient, Connection } from '@temporalio/client';
import { Client, Pool } from 'pg';
import type { ReadyFile } from '../../src/embedded/ready-file';
import { ensureFirstTenant } from '../../src/persistence/bootstrap';
import { newApiKey } from '../../src/security/api-key';
import { untilErased } from '../end-to-end/erasing';
import { recordsOf } from '../end-to-end/user-records';
import { shownBy } from '../factors/totp/authenticator';
import { call, type Called } from '../running-system';
import { formsIn } from './forms-of';
import { checkout, startSystem, type System } from './running-system';
import { untilRoomInStep } from './time-step';

/** What one person left behind, in every place that takes something of a person. */
const planted = {
  id: 'planted-erin-0815',
  group: 'planted-group-0815',
  factorName: 'Planted phone 0815',
  email: 'erin.planted0815@example.com',
  phone: '+442079460815',
  address: '198.51.100.215',
  userAgent: 'PlantedAgent/0815',
  lockReason: 'planted reason 0815',
  epochReason: 'planted epoch 0815',
  totpSecret: 'OBWGC3TUMVSC243FMNZGK5BNGA4DCNI=',
};
const others = { id: 'bob', email: 'bob@example.com', totpSecret: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ' };

type Corpus = 'databases' | 'raw' | 'decoded' | 'answers' | 'logs';

const folder = mkdtempSync(join(tmpdir(), 'mfaflow-erased-'));
const dataDir = join(folder, 'data');
const otherTenantKey = newApiKey();
let running: System;
let ready: ReadyFile;
let tenantIds: { own: string; other: string };
let before: Record<Corpus, string>;
let after: Record<Corpus, string>;
let othersBefore: unknown;
let othersAfter: unknown;
let othersLogIn: string[];
let answered = '';

async function api(method: string, path: string, body?: unknown, key = ready.apiKey): Promise<Called> {
  const answer = await call(ready.apiUrl, method, path, { key, ...(body !== undefined && { body }) });
  answered += JSON.stringify([answer.body, [...answer.headers]]);
  return answer;
}

const codeOf = (secret: string, stepsAgo: number): string =>
  shownBy(
    `otpauth://totp/x?secret=${secret.replaceAll('=', '')}&digits=6&period=30&algorithm=SHA1`,
    Date.now() - stepsAgo * 30_000,
  );

beforeAll(async () => {
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: checkout, stdio: 'inherit' });
  running = startSystem({ dataDir, env: { MFAFLOW_TEST_MODE: '1', MFAFLOW_LOG_LEVEL: 'debug' } });
  ready = await running.ready();
  tenantIds = {
    own: ready.tenant,
    other: (await ensureFirstTenant(ready.databaseUrl, { tenantName: 'other', apiKey: otherTenantKey }))
      .tenantId,
  };
  await live(planted, ready.apiKey);
  for (const key of [ready.apiKey, otherTenantKey]) await live(others, key);
  // Of another tenant, under the very same id.
  await live({ ...others, id: planted.id.replace('0815', '4711') }, otherTenantKey);
  othersBefore = await othersRecords();
  before = await everything();
  const { body } = await api('DELETE', `/v1/users/${planted.id}`);
  await untilErased({ call: (method, path) => api(method, path) }, body.id as string);
  answered = '';
  await askAround();
  othersAfter = await othersRecords();
  after = await everything();
  othersLogIn = [];
  for (const key of [ready.apiKey, otherTenantKey])
    othersLogIn.push((await login(others, key, 0)).body.status as string);
  running.child.kill('SIGTERM');
  await running.exited;
  before.logs = after.logs = logs();
}, 400_000);

afterAll(async () => {
  running.child.kill('SIGTERM');
  await running.exited;
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

interface Life {
  id: string;
  email: string;
  totpSecret: string;
  group?: string;
  factorName?: string;
  phone?: string;
  address?: string;
  userAgent?: string;
  lockReason?: string;
  epochReason?: string;
}

const login = (life: Life, key: string, stepsAgo: number): Promise<Called> =>
  api(
    'POST',
    `/v1/users/${life.id}/authentications`,
    {
      context: { ip: life.address ?? '203.0.113.9', userAgent: life.userAgent ?? 'Other/1' },
      response: { kind: 'totp', code: codeOf(life.totpSecret, stepsAgo) },
    },
    key,
  );

/** Logins, failed ones, sessions, a begun login, a lock. */
async function live(life: Life, key: string): Promise<void> {
  const user = `/v1/users/${life.id}`;
  const factor = {
    kind: 'totp',
    secret: life.totpSecret,
    name: life.factorName ?? 'Phone',
    digits: 6,
    algorithm: 'SHA1',
    period: 30,
  };
  await api(
    'POST',
    '/v1/imports',
    { users: [{ id: life.id, groups: [life.group ?? 'staff'], factors: [factor] }] },
    key,
  );
  for (const [kind, address] of [
    ['email', life.email],
    ['phone', life.phone ?? '+442079460100'],
  ])
    expect((await api('POST', `${user}/contacts`, { kind, address }, key)).status).toBe(201);
  const context = { ip: life.address ?? '203.0.113.9', userAgent: life.userAgent ?? 'Other/1' };
  await untilRoomInStep();
  const first = await login(life, key, 1);
  expect(first.body.status).toBe('approved');
  await api('POST', '/v1/sessions/refresh', { token: first.body.session.token }, key);
  await api('POST', `${user}/authentications`, { context, response: { kind: 'totp', code: '000000' } }, key);
  await api('POST', `${user}/authentications`, { context }, key);
  await api('POST', `${user}/lock`, { reason: life.lockReason ?? 'stolen' }, key);
  await api('POST', `${user}/unlock`, { reason: life.lockReason ?? 'found', resetFailures: true }, key);
  await api(
    'POST',
    '/v1/epochs',
    { scope: 'user', subject: life.id, reason: life.epochReason ?? 'test' },
    key,
  );
  expect((await api('GET', `${user}/export`, undefined, key)).status).toBe(200);
}

/** Everything that can be read afterwards, by whoever may read most. */
async function askAround(): Promise<void> {
  const { body } = await api('GET', '/v1/erasures');
  await api('GET', `/v1/erasures/${String(body.erasures[0].id)}`);
  for (const list of ['users', 'epochs', 'api-keys', 'erasures']) await api('GET', `/v1/${list}`);
  for (const about of ['', '/timeline', '/sessions', '/factors', '/contacts', '/export'])
    expect((await api('GET', `/v1/users/${planted.id}${about}`)).status).toBe(404);
  const found = await api('POST', '/v1/user-searches', { email: planted.email });
  expect([found.status, found.body.users]).toEqual([200, []]);
  expect((await api('DELETE', `/v1/users/${planted.id}`)).status).toBe(202);
}

async function everything(): Promise<Record<Corpus, string>> {
  const histories = await everyHistory();
  return {
    databases: (await dumpOf(ready.databaseUrl)) + (await dumpOf(ready.keysDatabaseUrl)),
    answers: answered,
    logs: '',
    ...histories,
  };
}

function logs(): string {
  const folderOfLogs = join(dataDir, 'logs');
  return (
    running.output() +
    readdirSync(folderOfLogs)
      .map((name) => readFileSync(join(folderOfLogs, name), 'utf8'))
      .join('\n')
  );
}

async function othersRecords(): Promise<unknown> {
  const pool = new Pool({ connectionString: ready.databaseUrl, max: 2 });
  try {
    return [
      await recordsOf(pool, tenantIds.own, others.id),
      await recordsOf(pool, tenantIds.other, others.id),
      await recordsOf(pool, tenantIds.other, planted.id.replace('0815', '4711')),
    ];
  } finally {
    await pool.end();
  }
}

async function withClient<Result>(url: string, use: (client: Client) => Promise<Result>): Promise<Result> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

/** Every row of every table as text; bytes come as hex. */
async function dumpOf(url: string): Promise<string> {
  return await withClient(url, async (client) => {
    const { rows: tables } = await client.query<{ name: string }>(
      `SELECT quote_ident(tablename) AS name FROM pg_tables WHERE schemaname = 'public'`,
    );
    let dump = '';
    for (const { name } of tables) {
      const { rows } = await client.query<{ row: string }>(`SELECT to_jsonb(t)::text AS row FROM ${name} t`);
      dump += `${name}\n${rows.map(({ row }) => row).join('\n')}\n`;
    }
    return dump;
  });
}

/** Every run of every workflow that the server lists: as it is stored, and the newest of each as whoever may decode sees it. */
async function everyHistory(): Promise<{ raw: string; decoded: string }> {
  const connection = await Connection.connect({ address: ready.temporalAddress });
  const client = new TemporalClient({ connection });
  let raw = '';
  const workflowIds = new Set<string>();
  for await (const { workflowId, runId } of client.workflow.list()) {
    workflowIds.add(workflowId);
    raw += `${workflowId} ${JSON.stringify(await client.workflow.getHandle(workflowId, runId).fetchHistory())}\n`;
  }
  await connection.close();
  let decoded = '';
  for (const workflowId of workflowIds) {
    const path = `/test/histories/${encodeURIComponent(workflowId)}?format=decoded`;
    const answer = await call(ready.testUrl ?? '', 'GET', path, { key: ready.testKey ?? '' });
    decoded += `${workflowId} ${answer.status} ${JSON.stringify(answer.body)}\n`;
  }
  return { raw, decoded };
}

const names = Object.keys(planted) as (keyof typeof planted)[];
const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

function bytesOf(name: keyof typeof planted): Buffer {
  if (name !== 'totpSecret') return Buffer.from(planted[name]);
  const bits = Array.from(planted[name].replaceAll('=', ''))
    .map((digit) => base32.indexOf(digit).toString(2).padStart(5, '0'))
    .join('');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
}

const foundIn = (corpus: string): string[] =>
  names.filter((name) => formsIn(corpus, bytesOf(name)).length > 0);

describe('what an erased person had', () => {
  it('was there to be found before', () => {
    expect(foundIn(before.databases)).toEqual(
      expect.arrayContaining(['id', 'group', 'factorName', 'lockReason', 'epochReason']),
    );
    expect(foundIn(before.decoded)).toEqual(expect.arrayContaining(['address', 'userAgent', 'lockReason']));
    expect(foundIn(before.answers)).toEqual(
      expect.arrayContaining(['id', 'email', 'phone', 'address', 'userAgent', 'factorName']),
    );
  });

  it.each(['databases', 'raw', 'decoded', 'answers', 'logs'] as const)(
    'is in no form in the %s',
    (corpus) => {
      expect(after[corpus].length).toBeGreaterThan(1_000);
      expect(foundIn(after[corpus])).toEqual([]);
    },
  );

  it('leaves others as they were, of the same tenant and of another: every row, and that they log in', () => {
    expect(othersAfter).toEqual(othersBefore);
    expect(othersLogIn).toEqual(['approved', 'approved']);
    expect(after.decoded).toContain('Other/1');
  });
});
