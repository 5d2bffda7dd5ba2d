import { WorkflowUpdateFailedError } from '@temporalio/client';
import { randomId } from '../../src/security/random-id';
import { exportHistory } from '../../src/temporal/history-export';
import { LifecycleUser } from '../lifecycle-user';
import { startSystem, type RunningSystem } from '../running-system';

let system: RunningSystem;

beforeAll(async () => {
  system = await startSystem();
}, 60_000);

afterAll(() => system.stop());

const accepted = (answer: object) => 'result' in answer;

async function versionsAndCommands(user: LifecycleUser) {
  const { rows } = await system.pool.query<{ commands: string }>(
    'SELECT count(*) AS commands FROM commands WHERE user_id = $1',
    [user.userId],
  );
  return Number(rows[0]?.commands);
}

describe('the lifecycle of a user', () => {
  it('continues as new under concurrent streams and loses, fails and doubles no command', async () => {
    const user = await LifecycleUser.create(system);
    await user.enrolTotp();
    const { factorId } = user.totp!;
    const streams = Array.from({ length: 8 }, async (_, stream) => {
      const answers = [];
      for (let n = 0; n < 40; n += 1)
        answers.push(await user.send('rename', { factorId, name: `s${stream}-${n}` }));
      return answers;
    });
    const answers = (await Promise.all(streams)).flat();
    expect(answers.filter((answer) => !accepted(answer))).toEqual([]);
    expect(await versionsAndCommands(user)).toBe(320 + 2);
    const description = await system.temporal.workflow.getHandle(user.workflowId).describe();
    expect(description.historyLength).toBeLessThan(700);
    const state = await system.temporal.workflow
      .getHandle(user.workflowId)
      .query<{ commandsHandled: number }>('state');
    expect(state.commandsHandled).toBe(322);
    const runs = [];
    for await (const run of system.temporal.workflow.list({ query: `WorkflowId = '${user.workflowId}'` }))
      runs.push(run);
    expect(runs.length).toBeGreaterThan(1);
  }, 120_000);

  it('rests when it is asked to and revives with the next command', async () => {
    const user = await LifecycleUser.create(system);
    await user.enrolTotp();
    const handle = system.temporal.workflow.getHandle(user.workflowId);
    await handle.signal('rest');
    await handle.result();
    const answer = await user.login();
    expect(answer).toMatchObject({ result: { status: 'approved' } });
    expect((await handle.describe()).status.name).toBe('RUNNING');
  });

  it('is put to rest by the sweep after thirty days without a command, and not before', async () => {
    const user = await LifecycleUser.create(system);
    await user.enrolTotp();
    const handle = system.temporal.workflow.getHandle(user.workflowId);
    const day = 24 * 3_600_000;
    await system.moveClock(29 * day);
    expect((await handle.describe()).status.name).toBe('RUNNING');
    await system.moveClock(31 * day);
    await handle.result();
    const { rows } = await system.pool.query('SELECT lifecycle FROM users WHERE user_id = $1', [user.userId]);
    expect(rows).toEqual([{ lifecycle: 'resting' }]);
    await system.moveClock(0);
  });

  it('tells an engineer what it believes', async () => {
    const user = await LifecycleUser.create(system);
    await user.enrolTotp();
    const begun = await user.send('authenticate', { purpose: 'login' });
    if (!('result' in begun)) throw new Error('refused');
    const state = await system.temporal.workflow.getHandle(user.workflowId).query('state');
    expect(state).toEqual({
      version: 4,
      commandsHandled: 3,
      delivering: 0,
      inFlight: 0,
      resting: false,
      pending: [begun.result.id],
      answersQueued: 0,
    });
  });

  it('answers a command sent again with what was decided the first time, and another request under its id not at all', async () => {
    const user = await LifecycleUser.create(system);
    await user.enrolTotp();
    const id = randomId();
    const first = await user.login({ id });
    const again = await user.login({ id, code: '000000' });
    expect(again).toEqual({ ...first, replayed: true });
    expect(await user.send('lock', { reason: 'x' }, { id, fingerprint: 'other' })).toEqual({
      refused: 'idempotency_mismatch',
    });
  });

  it('says unavailable while Postgres cannot decide, changes nothing, and goes on when it can', async () => {
    const user = await LifecycleUser.create(system);
    await user.enrolTotp();
    const code = await user.freshCode();
    const id = randomId();
    await system.pool.query('ALTER TABLE outbox RENAME TO outbox_away');
    try {
      expect(await user.login({ id, code })).toMatchObject({ refused: 'unavailable' });
    } finally {
      await system.pool.query('ALTER TABLE outbox_away RENAME TO outbox');
    }
    expect(await user.login({ id, code })).toMatchObject({ result: { status: 'approved' } });
  });

  it('rejects what no decision could read without a trace in its history', async () => {
    const user = await LifecycleUser.create(system);
    await user.enrolTotp();
    const handle = system.temporal.workflow.getHandle(user.workflowId);
    const before = (await handle.describe()).historyLength;
    await expect(handle.executeUpdate('lock', { args: [{ reason: 'no id' }] })).rejects.toBeInstanceOf(
      WorkflowUpdateFailedError,
    );
    expect((await handle.describe()).historyLength).toBe(before);
  });

  it('shows each command by a readable name and holds no code, secret or token, even decoded', async () => {
    const user = await LifecycleUser.create(system);
    await user.enrolTotp();
    const code = await user.freshCode();
    await user.login({ code });
    const decoded = JSON.stringify(
      await exportHistory(system.temporal, system.foundation.codec, user.workflowId),
    );
    expect(decoded).toContain('"authenticate"');
    expect(decoded).toContain(user.totp!.factorId);
    expect(decoded).not.toContain(user.totp!.secret);
    expect(decoded).not.toContain(`"${code}"`);
    const raw = JSON.stringify(await exportHistory(system.temporal, undefined, user.workflowId));
    expect(raw).not.toContain(user.totp!.factorId);
  });

  it('starts with its first command, whoever sends it', async () => {
    const user = await LifecycleUser.create(system);
    const answers = await Promise.all(Array.from({ length: 6 }, () => user.send('lock', { reason: 'race' })));
    expect(answers.every(accepted)).toBe(true);
  });
});
