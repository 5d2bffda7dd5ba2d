import { createLifecycleClient } from '../../src/temporal/lifecycle-client';
import { erasureWorkflowId, lifecycleWorkflowId, sweepWorkflowId } from '../../src/temporal/names';
import type { Called } from '../running-system';
import { startEndToEnd, type EndToEndSystem } from './end-to-end-system';
import { codeOf, erase, keysOf, rowsNaming, TABLES_LEFT, untilErased, type Erasure } from './erasing';
import { inParallel } from './parallel-answers';
import type { Person } from './person';

let system: EndToEndSystem;
/** Three erasures that each meet something; begun together, because each takes a server half a minute and more. */
let amidLogins: { erasure: Erasure; answers: { sentAfter: boolean; answer: Called }[] };
let withLateCommand: { erasure: Erasure; answer: string };
let forgotten: Erasure;

beforeAll(async () => {
  system = await startEndToEnd();
  const people = [await system.enrolled(), await system.enrolled(), await system.enrolled()] as const;
  amidLogins = await eraseAmidLogins(people[0]);
  withLateCommand = await eraseWithLateCommand(people[1]);
  forgotten = await eraseAndForget(people[2]);
}, 120_000);
afterAll(() => system.stop());

async function eraseAmidLogins(person: Person): Promise<typeof amidLogins> {
  const begun = await inParallel(4, () => person.begin());
  const code = await person.freshCode();
  let erasure: Erasure | undefined;
  const answers = await inParallel(24, async (index) => {
    if (index === 8) erasure = await erase(person);
    const sentAfter = erasure !== undefined;
    const answer =
      index % 3 === 0
        ? await person.authenticate({ response: { kind: 'totp', code } })
        : await person.answer(begun[index % 4]!, index % 2 === 0 ? code : '000000');
    return { sentAfter, answer };
  });
  if (erasure === undefined) throw new Error('nobody was erased');
  return { erasure, answers };
}

/** A command that an API process had admitted before the erasure, and that reaches Temporal after it. */
async function eraseWithLateCommand(person: Person): Promise<typeof withLateCommand> {
  const erasure = await erase(person);
  const { tenantId, temporal, config } = system.running;
  const lifecycle = createLifecycleClient(temporal, config.taskQueue);
  const command = { id: 'late-command-000', fingerprint: 'f', actor: 'key_x', reason: 'late' };
  const answer = await lifecycle.execute('lock', { tenantId, userId: erasure.internalUserId }, command).then(
    (said) => ('refused' in said ? said.refused : 'decided'),
    (error: unknown) => (error as { code: string }).code,
  );
  return { erasure, answer };
}

async function eraseAndForget(person: Person): Promise<Erasure> {
  const erasure = await erase(person);
  const { tenantId, temporal, pool } = system.running;
  await temporal.workflow.getHandle(erasureWorkflowId(tenantId, erasure.internalUserId)).terminate('test');
  await pool.query('UPDATE erasures SET started_at = NULL WHERE erasure_id = $1', [erasure.id]);
  const { taskQueue } = system.running.config;
  const workflowId = `${sweepWorkflowId(taskQueue, 'startErasures', 0)}/test`;
  await temporal.workflow.execute('sweep', { workflowId, taskQueue, args: ['startErasures'] });
  return erasure;
}

async function expectNothingLeft({ id, internalUserId }: Erasure): Promise<void> {
  const { certificate } = await untilErased(system, id);
  expect(certificate.runsLeft).toEqual([]);
  const { tenantId, pool, temporal, foundation } = system.running;
  expect(Object.keys(await rowsNaming(pool, internalUserId)).sort()).toEqual(TABLES_LEFT);
  const keys = await keysOf(foundation.keysPool, internalUserId);
  expect(keys.map(({ destroyed_at: at }) => at === null)).toEqual([false]);
  const handle = temporal.workflow.getHandle(lifecycleWorkflowId(tenantId, internalUserId));
  await expect(handle.fetchHistory()).rejects.toMatchObject({ code: 5 });
}

describe('an erasure', () => {
  it('in the middle of many logins lets nobody in after it, and leaves nothing of them', async () => {
    const { erasure, answers } = amidLogins;
    expect(answers.some(({ sentAfter }) => sentAfter)).toBe(true);
    for (const { sentAfter, answer } of answers) {
      if (sentAfter) expect(codeOf(answer)).toBe('404 not_found');
      expect([200, 404, 409, 429]).toContain(answer.status);
    }
    await expectNothingLeft(erasure);
  }, 330_000);

  it('is survived by no command that was under way: it finds nobody, writes nothing, and its run is deleted', async () => {
    const { erasure, answer } = withLateCommand;
    expect(answer).toBe('not_found');
    await expectNothingLeft(erasure);
    const { rows } = await system.running.pool.query(
      `SELECT FROM commands WHERE command_id = 'late-command-000'`,
    );
    expect(rows).toEqual([]);
  }, 330_000);

  it('that Temporal lost or never heard of is started by the sweep', async () => {
    await expectNothingLeft(forgotten);
  }, 330_000);
});
