import { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { createActivities } from '../../src/activities';
import { createFlowStore } from '../../src/persistence/flow-store';
import { keyedHash } from '../../src/security/keyed-hash';
import { createLifecycleClient } from '../../src/temporal/lifecycle-client';
import { LifecycleUser } from '../lifecycle-user';
import { startSystem, type RunningSystem } from '../running-system';
import { workflowBundle } from '../workflow-bundle';

let system: RunningSystem;
let skipping: TestWorkflowEnvironment;

beforeAll(async () => {
  system = await startSystem();
  const path = process.env['MFAFLOW_TEST_TIMESKIP_SERVER'];
  if (path === undefined)
    throw new Error('Jest finds the time-skipping server for the tests: run them with npm test');
  skipping = await TestWorkflowEnvironment.createTimeSkipping({
    server: { executable: { type: 'existing-path', path } },
  });
}, 60_000);

afterAll(async () => {
  await skipping.teardown();
  await system.stop();
});

it('costs nothing while nobody asks, for sixty days, and then answers at once', async () => {
  const { pool, keysPool, dataKeys, secrets } = system.foundation;
  const worker = await Worker.create({
    connection: skipping.nativeConnection,
    taskQueue: 'idle',
    workflowBundle: await workflowBundle(),
    activities: createActivities({
      pool,
      keysPool,
      dataKeys,
      temporal: skipping.client,
      flows: createFlowStore(pool),
      secrets: {
        commandKey: secrets.commandKey,
        blindIndexKey: secrets.blindIndexKey,
        hash: keyedHash(secrets.pepper),
      },
      retention: system.config,
      signalRest: () => Promise.resolve(),
      startErasure: () => Promise.resolve(),
      startDelivery: () => Promise.resolve(),
      delivery: {
        pool,
        dataKeys,
        providers: [],
        hash: keyedHash(secrets.pepper),
        render: () => Promise.reject(new Error('nothing is to be sent')),
        ticketKey: secrets.ticketKey,
        publicUrl: 'http://127.0.0.1',
      },
    }),
  });
  await worker.runUntil(async () => {
    const user = await LifecycleUser.create(system);
    const lifecycle = createLifecycleClient(skipping.client, 'idle');
    const command = (id: string) => ({ id, fingerprint: 'x', actor: 'key_test', reason: 'test' });
    const who = { tenantId: system.tenantId, userId: user.userId };
    await lifecycle.execute('lock', who, command('first'));
    const handle = skipping.client.workflow.getHandle(user.workflowId);
    const before = (await handle.fetchHistory()).events?.length;
    await skipping.sleep('60 days');
    expect((await handle.fetchHistory()).events?.length).toBe(before);
    expect(await lifecycle.execute('unlock', who, command('second'))).toMatchObject({
      result: { failures: 0 },
    });
  });
}, 60_000);
