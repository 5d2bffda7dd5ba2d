import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from '@temporalio/client';
import { randomId } from '../../src/security/random-id';
import { LifecycleUser } from '../lifecycle-user';
import { startSystem, type RunningSystem } from '../running-system';

let system: RunningSystem;

beforeAll(async () => {
  system = await startSystem({ MFAFLOW_LOG_LEVEL: 'silent' });
}, 60_000);

afterAll(() => system.stop());

async function enrolled(): Promise<LifecycleUser> {
  const user = await LifecycleUser.create(system);
  await user.enrolTotp();
  return user;
}

async function begin(user: LifecycleUser): Promise<string> {
  const begun = await user.send('authenticate', { purpose: 'login' });
  if ('refused' in begun) throw new Error(begun.refused);
  return begun.result.id;
}

const handleOf = (user: LifecycleUser) => system.temporal.workflow.getHandle(user.workflowId);

async function allDecided(user: LifecycleUser): Promise<void> {
  const queued = async () => (await handleOf(user).query<{ answersQueued: number }>('state')).answersQueued;
  while ((await queued()) > 0) await sleep(50);
}

async function outcomes(user: LifecycleUser): Promise<Record<string, number>> {
  const { rows } = await system.pool.query<{ outcome: string; times: string }>(
    `SELECT concat_ws(' ', status, reason) AS outcome, count(*) AS times FROM authentications
     WHERE user_id = $1 AND purpose = 'login' GROUP BY 1`,
    [user.userId],
  );
  return Object.fromEntries(rows.map(({ outcome, times }) => [outcome, Number(times)]));
}

async function runsOf(user: LifecycleUser): Promise<number> {
  let runs = 0;
  for await (const run of system.temporal.workflow.list({ query: `WorkflowId = '${user.workflowId}'` }))
    runs += run.workflowId === user.workflowId ? 1 : 0;
  return runs;
}

describe('answers by Signal', () => {
  it('are all decided, once each, while the run continues as new again and again', async () => {
    const user = await enrolled();
    const ids: string[] = [];
    for (let n = 0; n < 100; n += 1) ids.push(await begin(user));
    // Each answer now ends its authentication, and none counts as a failure.
    await system.call('POST', '/v1/epochs', {
      body: { scope: 'user', subject: user.externalId, reason: 'test' },
    });
    const runsBefore = await runsOf(user);
    const { factorId } = user.totp!;
    const streams = Array.from({ length: 6 }, async (_, stream) => {
      const answers = [];
      for (let n = 0; n < 30; n += 1)
        answers.push(await user.send('rename', { factorId, name: `s${stream}-${n}` }));
      return answers;
    });
    await Promise.all(ids.map((id) => user.answerLater(id, '123456', `command-${id}`)));
    await Promise.all(ids.map((id) => user.answerLater(id, '123456', `command-${id}`)));
    const renamed = (await Promise.all(streams)).flat();
    expect(renamed.filter((answer) => 'refused' in answer)).toEqual([]);
    await allDecided(user);
    expect(await outcomes(user)).toEqual({ 'denied revoked': 100 });
    const { rows } = await system.pool.query(
      `SELECT count(*)::integer AS commands FROM commands WHERE user_id = $1 AND command_id LIKE 'command-%'`,
      [user.userId],
    );
    expect(rows).toEqual([{ commands: 100 }]);
    expect(await runsOf(user)).toBeGreaterThan(runsBefore);
  }, 120_000);

  it('are evaluated up to the wait of the failure budget and not beyond, a hundred at once', async () => {
    const user = await enrolled();
    const id = await begin(user);
    await Promise.all(Array.from({ length: 100 }, () => user.answerLater(id, user.wrongCode())));
    await allDecided(user);
    const { rows } = await system.pool.query('SELECT failures FROM users WHERE user_id = $1', [user.userId]);
    expect(rows).toEqual([{ failures: 5 }]);
    expect(await outcomes(user)).toEqual({ 'pending wrong_code': 1 });
  }, 60_000);

  it('wait for a database that is away, and are decided when it is back', async () => {
    const user = await enrolled();
    const id = await begin(user);
    await system.pool.query('ALTER TABLE outbox RENAME TO outbox_away');
    try {
      await user.answerLater(id, await user.freshCode());
      await sleep(1_000);
      expect(await outcomes(user)).toEqual({ pending: 1 });
    } finally {
      await system.pool.query('ALTER TABLE outbox_away RENAME TO outbox');
    }
    await allDecided(user);
    expect(await outcomes(user)).toEqual({ approved: 1 });
    expect((await handleOf(user).describe()).status.name).toBe('RUNNING');
  }, 60_000);

  it('keep a lifecycle awake that is asked to rest, and start one that does not run', async () => {
    const user = await enrolled();
    const id = await begin(user);
    await system.pool.query('ALTER TABLE outbox RENAME TO outbox_away');
    try {
      await user.answerLater(id, user.wrongCode());
      await handleOf(user).signal('rest');
      await sleep(500);
      expect((await handleOf(user).describe()).status.name).toBe('RUNNING');
    } finally {
      await system.pool.query('ALTER TABLE outbox_away RENAME TO outbox');
    }
    await allDecided(user);
    expect(await outcomes(user)).toEqual({ 'pending wrong_code': 1 });
    await handleOf(user).terminate('test');
    await user.answerLater(id, await user.freshCode());
    await allDecided(user);
    expect(await outcomes(user)).toEqual({ approved: 1 });
  }, 60_000);

  it('are nothing when they cannot be read, whoever sent them', async () => {
    const user = await enrolled();
    const id = await begin(user);
    const code = await user.freshCode();
    const command = {
      id: randomId(),
      fingerprint: 'f',
      actor: 'key_1',
      authenticationId: id,
      sealedCode: 'AAAA',
    };
    // Whoever reaches Temporal and has no key: what this client sends is not sealed.
    const { connection, options } = system.temporal;
    const stranger = new Client({ connection, namespace: options.namespace });
    await stranger.workflow.getHandle(user.workflowId).signal('answerLater', command);
    await stranger.workflow.getHandle(user.workflowId).signal('answerLater');
    for (const argument of [null, 7, 'x', [], {}, { id: 1, actor: 'a' }, { ...command, id: undefined }])
      await handleOf(user).signal('answerLater', argument);
    const state = await handleOf(user).query<{ answersQueued: number }>('state');
    expect(state.answersQueued).toBe(0);
    expect(await outcomes(user)).toEqual({ pending: 1 });
    await user.answerLater(id, code);
    await allDecided(user);
    expect(await outcomes(user)).toEqual({ approved: 1 });
  }, 60_000);

  it('that name nothing of this user change nothing', async () => {
    const [user, victim] = [await enrolled(), await enrolled()];
    const id = await begin(victim);
    await user.answerLater(id, user.wrongCode());
    await user.answerLater('aut_none', user.wrongCode());
    await allDecided(user);
    expect(await outcomes(victim)).toEqual({ pending: 1 });
    expect(await outcomes(user)).toEqual({});
    const { rows } = await system.pool.query('SELECT failures FROM users WHERE user_id = ANY ($1)', [
      [user.userId, victim.userId],
    ]);
    expect(rows).toEqual([{ failures: 0 }, { failures: 0 }]);
  }, 60_000);
});
