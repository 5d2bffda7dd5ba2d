import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import pino from 'pino';
import { createDataConverter } from '../../src/security/data-converter';
import { createDataKeys } from '../../src/security/data-keys';
import type { KeyScope } from '../../src/security/key-scope';
import { createPayloadCodec } from '../../src/security/payload-codec';
import { randomBase62 } from '../../src/security/random-id';
import { lifecycleWorkflowId } from '../../src/temporal/names';
import { answerLater, goOn } from './codec-workflow';
import { readableBytes } from './readable-bytes';
import { createTestKeys, type TestKeys } from './test-keys';

const taskQueue = `codec-${randomBase62(8)}`;
const planted = 'planted-canary-value';
let keys: TestKeys;
let connection: Connection;
let nativeConnection: NativeConnection;
let client: Client;
let worker: Worker;
let running: Promise<void>;

beforeAll(async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR', () => undefined) });
  keys = await createTestKeys();
  // Not cached: a destroyed key is gone at once.
  const dataKeys = createDataKeys({ pool: keys.keysPool, masterKeys: keys.masterKeys, ttlMs: 0 });
  const log = pino({ level: 'silent' });
  const codec = createPayloadCodec({ keys: dataKeys, deploymentKey: keys.deploymentKey, log });
  const dataConverter = createDataConverter(codec);
  const address = process.env['MFAFLOW_TEST_TEMPORAL_ADDRESS']!;
  connection = await Connection.connect({ address });
  nativeConnection = await NativeConnection.connect({ address });
  client = new Client({ connection, dataConverter });
  worker = await Worker.create({
    connection: nativeConnection,
    taskQueue,
    dataConverter,
    workflowsPath: require.resolve('./codec-workflow'),
    activities: {
      answer(secret: string): string {
        if (secret.startsWith('fail')) throw new Error(`failed with ${secret}`);
        return `answer to ${secret}`;
      },
    },
  });
  running = worker.run();
}, 60_000);
afterAll(async () => {
  worker.shutdown();
  await running;
  await Promise.all([connection.close(), nativeConnection.close()]);
  await keys.close();
}, 30_000);

async function start(user: KeyScope, secret: string) {
  await keys.dataKeys.ensure(user);
  return await client.workflow.start(answerLater, {
    taskQueue,
    workflowId: lifecycleWorkflowId(user.tenantId, user.userId),
    args: [secret],
  });
}

async function rawHistory(handle: { fetchHistory(): Promise<unknown> }): Promise<Buffer> {
  return readableBytes(await handle.fetchHistory());
}

test('values and failures pass between client, workflow and activity, and no history shows them', async () => {
  const answered = await start({ tenantId: 'acme', userId: randomBase62(8) }, planted);
  await answered.signal(goOn);
  expect(await answered.result()).toBe(`answer to ${planted}`);

  const failed = await start({ tenantId: 'acme', userId: randomBase62(8) }, `fail ${planted}`);
  await failed.signal(goOn);
  await expect(failed.result()).rejects.toMatchObject({
    name: 'WorkflowFailedError',
    cause: { cause: { message: `failed with fail ${planted}` } },
  });

  for (const handle of [answered, failed]) {
    const history = await rawHistory(handle);
    expect(history.includes('answerLater')).toBe(true);
    expect(history.includes(planted)).toBe(false);
    expect(history.includes('codec-workflow')).toBe(false);
  }
}, 60_000);

test('a key destroyed under a running workflow stops that workflow, while the worker goes on with the others', async () => {
  const erased = { tenantId: 'acme', userId: randomBase62(8) };
  const stopped = await start(erased, planted);
  await keys.destroy(erased);
  keys.dataKeys.forget(erased);
  await stopped.signal(goOn);

  const failureOfTask = async (): Promise<string | null | undefined> => {
    const { events } = await stopped.fetchHistory();
    return events?.find((event) => event.workflowTaskFailedEventAttributes)?.workflowTaskFailedEventAttributes
      ?.failure?.message;
  };
  while ((await failureOfTask()) === undefined) await new Promise((resolve) => setTimeout(resolve, 100));
  expect(await failureOfTask()).toBe('Encoded failure');
  expect((await rawHistory(stopped)).includes('destroyed')).toBe(false);

  const other = await start({ tenantId: 'acme', userId: randomBase62(8) }, 'hello');
  await other.signal(goOn);
  expect(await other.result()).toBe('answer to hello');
  expect(worker.getState()).toBe('RUNNING');
  await stopped.terminate('erased');
}, 60_000);
