// Records histories for test/replay/histories.test.ts. Run once for a new message type or workflow:
//
//     npx jest --testMatch '**/test/replay/record.ts'
//
// A file that is there is never written again: what was recorded must replay for ever.
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Payload, PayloadCodec } from '@temporalio/common';
import { temporal } from '@temporalio/proto';
import { packageRoot } from '../../src/package-root';
import { erasureWorkflowId, sweepWorkflowId } from '../../src/temporal/names';
import { createDeliveryStarter } from '../../src/temporal/delivery-client';
import { codeIn, linkIn, messagesFor, newestFor } from '../handset';
import { LifecycleUser } from '../lifecycle-user';
import { startSystem, type RunningSystem } from '../running-system';

const FOLDER = join(__dirname, 'histories');
const History = temporal.api.history.v1.History;

let system: RunningSystem;

beforeAll(async () => {
  system = await startSystem();
}, 60_000);

afterAll(() => system.stop());

test('every command, in one run', async () => {
  const user = await LifecycleUser.create(system);
  const first = await user.send('enrol', { kind: 'totp', name: 'Phone' });
  if ('refused' in first) throw new Error(first.refused);
  user.totp = {
    factorId: first.result.factorId,
    secret: String((await user.disclosure(first.result.factorId))['secret']),
  };
  const { factorId } = user.totp;
  await user.send('confirm', { factorId }, { code: user.wrongCode() });
  const confirmed = await user.send('confirm', { factorId }, { code: await user.freshCode() });
  if ('refused' in confirmed || confirmed.result.proof === undefined) throw new Error('not confirmed');
  const authority = {
    by: 'step-up' as const,
    authenticationId: confirmed.result.proof.authenticationId,
  };
  const codes = await user.send('enrol', { kind: 'recovery-code', authority });
  if ('refused' in codes) throw new Error(codes.refused);
  const shown = (await user.disclosure(codes.result.factorId))['codes'] as string[];
  await user.send('confirm', { factorId: codes.result.factorId }, { code: shown[0]! });
  await user.send('rename', { factorId, name: 'Old phone' });
  await user.login();
  await user.login({ id: 'same-command', code: await user.freshCode() });
  await user.login({ id: 'same-command', code: '000000' });
  const open = await user.send('authenticate', {
    purpose: 'login',
    acr: 'aal2',
    audience: 'app',
    nonce: 'n',
    context: { ip: '192.0.2.1', userAgent: 'test' },
  });
  if ('refused' in open) throw new Error(open.refused);
  const authenticationId = open.result.id;
  await user.send('choose', { authenticationId, factorId });
  await user.send('answer', { authenticationId }, { code: user.wrongCode() });
  await user.send('answer', { authenticationId }, { code: await user.freshCode() });
  const done = await user.send(
    'answer',
    { authenticationId, factorId: codes.result.factorId },
    { code: shown[1]! },
  );
  if ('refused' in done || done.result.grant?.sessionId === undefined) throw new Error('not approved');
  await user.send('answer', { authenticationId }, { code: '000000' });
  await user.send('revoke', { sessionId: done.result.grant.sessionId, reason: 'test' });
  await user.send('lock', { reason: 'test' });
  await user.login();
  await user.send('unlock', { reason: 'test', resetFailures: true });
  await user.send('remove', { factorId, authority: { by: 'operator', reason: 'test' } });
  await user.send('rename', { factorId: 'fac_unknown', name: 'x' });
  await system.temporal.workflow.getHandle(user.workflowId).query('state');
  await record('lifecycle-every-command', user.workflowId);
});

test('commands that overlap', async () => {
  const user = await LifecycleUser.create(system);
  await user.enrolTotp();
  const code = await user.freshCode();
  await Promise.all([1, 2, 3, 4, 5, 6, 7].map(() => user.login({ code })));
  await record('lifecycle-overlapping-commands', user.workflowId);
});

test('a run that rested, and the one that revived it', async () => {
  const user = await LifecycleUser.create(system);
  await user.enrolTotp();
  const handle = system.temporal.workflow.getHandle(user.workflowId);
  await handle.signal('rest');
  await handle.result();
  await record('lifecycle-rested', user.workflowId);
  await user.login();
  await record('lifecycle-revived', user.workflowId);
});

test('a run that continued as new, and its next', async () => {
  const user = await LifecycleUser.create(system);
  await user.enrolTotp();
  const first = (await system.temporal.workflow.getHandle(user.workflowId).describe()).runId;
  for (let attempt = 0; attempt < 75; attempt += 1)
    await user.send('rename', { factorId: user.totp!.factorId, name: `n${attempt}` });
  await record('lifecycle-continued-as-new', user.workflowId, first);
  await record('lifecycle-continued-from', user.workflowId);
}, 60_000);

test('a decision that could not be had', async () => {
  const user = await LifecycleUser.create(system);
  await user.enrolTotp();
  await system.pool.query('ALTER TABLE users RENAME TO users_away');
  await user.send('rename', { factorId: user.totp!.factorId, name: 'x' });
  await system.pool.query('ALTER TABLE users_away RENAME TO users');
  await user.send('rename', { factorId: user.totp!.factorId, name: 'x' });
  await record('lifecycle-decision-unavailable', user.workflowId);
});

test('answers by Signal: wrong, twice, unreadable, not to be decided for a while, right', async () => {
  const user = await LifecycleUser.create(system);
  await user.enrolTotp();
  const id = await begun(user);
  await user.answerLater(id, user.wrongCode(), 'wrong');
  await decidedAll(user);
  await user.answerLater(id, user.wrongCode(), 'wrong');
  await system.temporal.workflow.getHandle(user.workflowId).signal('answerLater', { id: 7 });
  await system.pool.query('ALTER TABLE users RENAME TO users_away');
  await user.answerLater(id, await user.freshCode());
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  await system.pool.query('ALTER TABLE users_away RENAME TO users');
  await decidedAll(user);
  await record('lifecycle-answers-later', user.workflowId);
}, 60_000);

test('answers by Signal that a run leaves to its next', async () => {
  const user = await LifecycleUser.create(system);
  await user.enrolTotp();
  const id = await begun(user);
  const handle = system.temporal.workflow.getHandle(user.workflowId);
  const first = (await handle.describe()).runId;
  for (let attempt = 0; (await handle.describe()).historyLength < 380; attempt += 1)
    await user.send('rename', { factorId: user.totp!.factorId, name: `n${attempt}` });
  await system.pool.query('ALTER TABLE users RENAME TO users_away');
  await user.answerLater(id, user.wrongCode());
  await user.answerLater(id, await user.freshCode());
  while ((await handle.describe()).runId === first)
    await user.send('rename', { factorId: user.totp!.factorId, name: 'x' });
  await system.pool.query('ALTER TABLE users_away RENAME TO users');
  await decidedAll(user);
  await record('lifecycle-answers-carried', user.workflowId, first);
  await record('lifecycle-answers-carried-from', user.workflowId);
}, 90_000);

test('a login by SMS, with a wrong code and a resend', async () => {
  const user = await LifecycleUser.create(system);
  const phone = '+447400123451';
  const factorId = await user.enrolAddress('sms', phone);
  const first = await newestFor(system.inbox, phone);
  await user.send('confirm', { factorId }, { code: codeIn(first) });
  const authenticationId = await begun(user);
  const second = await newestFor(system.inbox, phone, first);
  await user.send('resend', { authenticationId });
  await user.send('answer', { authenticationId }, { code: codeIn(first) });
  await user.setClock(31_000);
  await user.send('resend', { authenticationId });
  const third = await newestFor(system.inbox, phone, second);
  await delivered(user);
  await user.send('answer', { authenticationId }, { code: codeIn(third) });
  await record('lifecycle-sms-login', user.workflowId);
});

test('a login by a link, and one that was not theirs', async () => {
  const user = await LifecycleUser.create(system);
  const mailbox = 'recorded@example.com';
  const factorId = await user.enrolAddress('email', mailbox, { variant: 'link' });
  const first = await newestFor(system.inbox, mailbox);
  await user.send('confirm', { factorId }, { code: codeIn(first) });
  await delivered(user);
  const [notice] = messagesFor(system.inbox, mailbox);
  const authenticationId = await begun(user);
  const second = await newestFor(system.inbox, mailbox, notice);
  const code = /class="code">(\d{6})</.exec(await pressed(linkIn(second)))?.[1] ?? '';
  await user.send('answer', { authenticationId }, { code });
  await pressed(linkIn(notice!));
  await delivered(user);
  await record('lifecycle-email-link', user.workflowId);
});

test('a temporary pass, and a factor that is removed', async () => {
  const user = await LifecycleUser.create(system);
  const authority = { by: 'operator' as const, reason: 'test' };
  const pass = await user.send('enrol', { kind: 'temporary-pass', config: {}, authority });
  if ('refused' in pass) throw new Error(pass.refused);
  const code = String((await user.disclosure(pass.result.factorId))['code']);
  const response = { kind: 'temporary-pass' } as never;
  await user.send('authenticate', { purpose: 'login', response }, { code });
  await user.send('authenticate', { purpose: 'login', response }, { code });
  await user.send('remove', { factorId: pass.result.factorId, authority });
  await record('lifecycle-temporary-pass', user.workflowId);
});

test('deliveries that are asked for by Signal, in a run with commands and in one of their own', async () => {
  const user = await LifecycleUser.create(system);
  await user.enrolTotp();
  const handle = system.temporal.workflow.getHandle(user.workflowId);
  await handle.signal('deliver', 'del_none');
  await handle.signal('deliver', 7);
  await delivered(user);
  await record('lifecycle-deliver', user.workflowId);
  await handle.signal('rest');
  await handle.result();
  const { tenantId, userId } = { tenantId: system.tenantId, userId: user.userId };
  await createDeliveryStarter(system.temporal, system.config.taskQueue)({ tenantId, userId }, 'del_none');
  await system.temporal.workflow.getHandle(user.workflowId).result();
  await record('lifecycle-deliver-alone', user.workflowId);
});

test('a sweep', async () => {
  const workflowId = `${sweepWorkflowId(system.config.taskQueue, 'abandonAuthentications', 0)}/recorded`;
  await system.temporal.workflow.execute('sweep', {
    workflowId,
    taskQueue: system.config.taskQueue,
    args: ['abandonAuthentications'],
  });
  await record('sweep', workflowId);
});

test('an erasure', async () => {
  const user = await LifecycleUser.create(system);
  await user.enrolTotp();
  await system.call('DELETE', `/v1/users/${user.externalId}`);
  const workflowId = erasureWorkflowId(system.tenantId, user.userId);
  await system.temporal.workflow.getHandle(workflowId).result();
  await record('erasure', workflowId);
}, 120_000);

async function begun(user: LifecycleUser): Promise<string> {
  const open = await user.send('authenticate', { purpose: 'login' });
  if ('refused' in open) throw new Error(open.refused);
  return open.result.id;
}

/** Waits until nothing is on its way to a provider any more. */
async function delivered(user: LifecycleUser): Promise<void> {
  const handle = system.temporal.workflow.getHandle(user.workflowId);
  while ((await handle.query<{ delivering: number }>('state')).delivering > 0)
    await new Promise((resolve) => setTimeout(resolve, 50));
}

/** The page that the button of a link leads to. */
async function pressed(link: string): Promise<string> {
  const url = system.apiUrl + new URL(link).pathname;
  const form = /name="form" value="([^"]+)"/.exec(await (await fetch(url)).text())?.[1] ?? '';
  const { origin } = new URL(system.config.issuer);
  const headers = { 'content-type': 'application/x-www-form-urlencoded', origin };
  const body = new URLSearchParams({ form }).toString();
  return await (await fetch(url, { method: 'POST', headers, body })).text();
}

async function decidedAll(user: LifecycleUser): Promise<void> {
  const handle = system.temporal.workflow.getHandle(user.workflowId);
  while ((await handle.query<{ answersQueued: number }>('state')).answersQueued > 0)
    await new Promise((resolve) => setTimeout(resolve, 50));
}

async function record(name: string, workflowId: string, runId?: string): Promise<void> {
  const file = join(FOLDER, `${name}.history`);
  if (existsSync(file)) return;
  const history = await system.temporal.workflow.getHandle(workflowId, runId).fetchHistory();
  await openPayloads(history, system.foundation.codec);
  writeFileSync(file, History.encode(history).finish());
}

/** In place: what replays later must not need the keys of this test, nor tell where it ran. */
async function openPayloads(value: unknown, codec: PayloadCodec): Promise<void> {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return;
  const payload = value as Payload;
  if (payload.metadata !== undefined && payload.metadata !== null && 'encoding' in payload.metadata) {
    const [opened] = await codec.decode([payload], undefined);
    payload.metadata = opened!.metadata ?? null;
    payload.data = withoutPath(Buffer.from(opened!.data ?? []));
    return;
  }
  const fields = value as Record<string, unknown>;
  for (const [name, field] of Object.entries(fields)) {
    if (typeof field === 'string') fields[name] = field.replaceAll(packageRoot(), '');
    else await openPayloads(field, codec);
  }
}

function withoutPath(data: Buffer): Uint8Array {
  return data.includes(packageRoot())
    ? Buffer.from(data.toString('utf8').replaceAll(packageRoot(), ''))
    : data;
}
