import { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import type { ErasureActivities } from '../../src/activities';
import { workflowBundle } from '../workflow-bundle';

let skipping: TestWorkflowEnvironment;

beforeAll(async () => {
  const path = process.env['MFAFLOW_TEST_TIMESKIP_SERVER'];
  if (path === undefined)
    throw new Error('Jest finds the time-skipping server for the tests: run them with npm test');
  skipping = await TestWorkflowEnvironment.createTimeSkipping({
    server: { executable: { type: 'existing-path', path } },
  });
}, 60_000);
afterAll(() => skipping.teardown());

const input = { tenantId: 'ten_1', userId: 'usr_1', erasureId: 'era_1' };

/** Steps that only note that they were taken: stores that are away for a day, or never delete, are not to be had for real. */
function stepsThat(
  does: Partial<ErasureActivities>,
  taken: string[],
): ErasureActivities & Record<string, unknown> {
  const done: ErasureActivities = {
    terminateLifecycle: () => Promise.resolve(),
    eraseRows: () => Promise.resolve(),
    destroyKey: () => Promise.resolve(),
    noteErasedRuns: () => Promise.resolve(),
    deleteErasedRuns: () => Promise.resolve(0),
    certifyErasure: () => Promise.resolve(),
    ...does,
  };
  const noted = Object.entries(done).map(([name, step]) => [
    name,
    async (given: typeof input) => {
      taken.push(name);
      return await (step as (erasure: typeof input) => Promise<unknown>)(given);
    },
  ]);
  return Object.fromEntries(noted) as ErasureActivities & Record<string, unknown>;
}

async function run(id: string, does: Partial<ErasureActivities>): Promise<string[]> {
  const taken: string[] = [];
  const taskQueue = `erasure-${id}`;
  const worker = await Worker.create({
    connection: skipping.nativeConnection,
    taskQueue,
    workflowBundle: await workflowBundle(),
    activities: stepsThat(does, taken),
  });
  await worker.runUntil(
    skipping.client.workflow.execute('erasure', {
      workflowId: `ten_1/-/erase/${id}`,
      taskQueue,
      args: [input],
    }),
  );
  return taken;
}

describe('an erasure', () => {
  it('takes away process, rows and runs, and once more for what came late; then the key; then certifies', async () => {
    expect(await run('order', {})).toEqual([
      'terminateLifecycle',
      'eraseRows',
      'noteErasedRuns',
      'deleteErasedRuns',
      'terminateLifecycle',
      'eraseRows',
      'destroyKey',
      'noteErasedRuns',
      'deleteErasedRuns',
      'certifyErasure',
    ]);
  }, 60_000);

  it('is not given up when the key store is away for a day, and destroys the key before it certifies', async () => {
    const backAt = (await skipping.currentTimeMs()) + 24 * 3_600_000;
    let attempts = 0;
    const taken = await run('away', {
      async destroyKey() {
        attempts += 1;
        if ((await skipping.currentTimeMs()) < backAt) throw new Error('the key store is away');
      },
    });
    expect(attempts).toBeGreaterThan(100);
    expect(taken.at(-1)).toBe('certifyErasure');
    expect(taken.filter((name) => name === 'terminateLifecycle')).toHaveLength(2);
  }, 60_000);

  it('certifies what a server that does not delete has kept, after about an hour', async () => {
    const startedAt = await skipping.currentTimeMs();
    const taken = await run('kept', { deleteErasedRuns: () => Promise.resolve(1) });
    expect(taken.at(-1)).toBe('certifyErasure');
    const tookMs = (await skipping.currentTimeMs()) - startedAt;
    expect(tookMs).toBeGreaterThan(50 * 60_000);
    expect(tookMs).toBeLessThan(2 * 3_600_000);
  }, 60_000);
});
