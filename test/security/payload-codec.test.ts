import { defaultPayloadConverter, type Payload, type PayloadCodec } from '@temporalio/common';
import pino from 'pino';
import { createDataKeys, type DataKeys } from '../../src/security/data-keys';
import { deploymentScope } from '../../src/security/key-scope';
import { createPayloadCodec, PayloadMisplaced } from '../../src/security/payload-codec';
import { keyIdOfPayload } from '../../src/security/sealed-payload';
import { KeyStoreAway } from '../../src/security/within-wait';
import { lifecycleWorkflowId } from '../../src/temporal/names';
import { alice, bob, createTestKeys, mallory, type TestKeys } from './test-keys';

type Context = NonNullable<Parameters<PayloadCodec['encode']>[1]>;

let keys: TestKeys;
let logged: string[];

beforeAll(async () => {
  keys = await createTestKeys();
  await Promise.all([alice, bob].map((scope) => keys.dataKeys.ensure(scope)));
});
afterAll(async () => {
  await keys.close();
});
beforeEach(() => {
  logged = [];
});

function workflowOf({ tenantId, userId }: { tenantId: string; userId: string }): Context {
  return { type: 'workflow', namespace: 'default', workflowId: lifecycleWorkflowId(tenantId, userId) };
}
function activityOf(scope: { tenantId: string; userId: string }): Context {
  const { namespace, workflowId } = workflowOf(scope);
  return { type: 'activity', namespace, workflowId: workflowId!, activityId: '1', isLocal: true };
}

function codecOver(source: Partial<DataKeys> = {}, waitMs = 1_000): PayloadCodec {
  // Nothing is cached, so that every lookup meets the store as it is now.
  const uncached = createDataKeys({ pool: keys.keysPool, masterKeys: keys.masterKeys, ttlMs: 0 });
  const log = pino({}, { write: (line: string) => void logged.push(line) });
  return createPayloadCodec({
    keys: { ...uncached, ...source },
    deploymentKey: keys.deploymentKey,
    log,
    waitMs,
  });
}

const away = {
  forScope: () => new Promise<never>(() => undefined),
  byId: () => new Promise<never>(() => undefined),
};
const clear = (value: unknown): Payload => defaultPayloadConverter.toPayload(value);
const read = (payload: Payload): unknown => defaultPayloadConverter.fromPayload(payload);
const keyIds = (payloads: Payload[]): unknown[] => payloads.map(keyIdOfPayload);

const remoteActivityOf = (scope: { tenantId: string; userId: string }): Context =>
  ({ ...activityOf(scope), isLocal: false }) as Context;

test.each([workflowOf, remoteActivityOf])(
  "a user's payloads are sealed under the user's key (%p)",
  async (contextOf) => {
    const codec = codecOver();
    const sealed = await codec.encode([clear('one'), clear({ two: 2 })], contextOf(alice));
    const { keyId } = await keys.dataKeys.forScope(alice);
    expect(keyIds(sealed)).toEqual([keyId, keyId]);
    expect((await codec.decode(sealed, contextOf(alice))).map(read)).toEqual(['one', { two: 2 }]);
  },
);

test('the result of a local activity, which goes into the history, is sealed', async () => {
  const sealed = await codecOver().encode([clear('one')], activityOf(alice));
  expect(keyIds(sealed)).toEqual([(await keys.dataKeys.forScope(alice)).keyId]);
});

test('the arguments of a local activity, which leave the process in no way, are passed on as they are', async () => {
  const passed = await codecOver(away).encode([clear('one'), clear({ two: 2 })], activityOf(alice));
  expect((await codecOver(away).decode(passed, activityOf(alice))).map(read)).toEqual(['one', { two: 2 }]);
});

test('a reader without a context finds the key by its id', async () => {
  const sealed = await codecOver().encode([clear('one')], workflowOf(alice));
  expect((await codecOver().decode(sealed)).map(read)).toEqual(['one']);
});

test('without a context it is the key of the deployment', async () => {
  const sealed = await codecOver().encode([clear('failure')]);
  expect(keyIds(sealed)).toEqual([keys.deploymentKey.keyId]);
});

test('no payloads are no payloads, whatever the key store does', async () => {
  expect(await codecOver(away).encode([], workflowOf(alice))).toEqual([]);
});

test('a payload that was never sealed is nothing to a user’s workflow, and read as it is elsewhere', async () => {
  const codec = codecOver(away);
  expect((await codec.decode([clear('forged')], workflowOf(alice))).map(read)).toEqual([undefined]);
  expect((await codec.decode([clear('plain')], workflowOf(deploymentScope))).map(read)).toEqual(['plain']);
});

describe('for a user without a key', () => {
  test('a workflow does not go on, and none is made', async () => {
    await expect(codecOver().encode([clear('x')], workflowOf(mallory))).rejects.toMatchObject({
      code: 'key_absent',
    });
    await expect(keys.dataKeys.forScope(mallory)).rejects.toMatchObject({ code: 'key_absent' });
  });

  test('an activity, where an error would end the worker, falls back to the deployment key and says so', async () => {
    const sealed = await codecOver().encode([clear('x')], activityOf(mallory));
    expect(keyIds(sealed)).toEqual([keys.deploymentKey.keyId]);
    expect((await codecOver().decode(sealed, activityOf(mallory))).map(read)).toEqual(['x']);
    expect(logged.map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual([
      'payload of an activity sealed under the deployment key',
    ]);
    expect(logged.join()).not.toContain(mallory.userId);
  });
});

describe('while the key store is away', () => {
  test('a workflow does not go on', async () => {
    const attempt = codecOver(away, 20).encode([clear('x')], workflowOf(alice));
    await expect(attempt).rejects.toThrow(KeyStoreAway);
  });

  test('an activity and a failure without a context are sealed under the deployment key', async () => {
    const codec = codecOver(away, 20);
    expect(keyIds(await codec.encode([clear('x')], activityOf(alice)))).toEqual([keys.deploymentKey.keyId]);
    expect(keyIds(await codec.encode([clear('x')]))).toEqual([keys.deploymentKey.keyId]);
  });

  test('what is under the deployment key is read, what is under another is not', async () => {
    const ofUser = await codecOver().encode([clear('x')], workflowOf(alice));
    const ofDeployment = await codecOver().encode([clear('x')]);
    const codec = codecOver(away, 20);
    expect((await codec.decode(ofDeployment, workflowOf(alice))).map(read)).toEqual(['x']);
    await expect(codec.decode(ofUser, workflowOf(alice))).rejects.toThrow(KeyStoreAway);
  });

  test('a cached key goes on', async () => {
    const dataKey = await keys.dataKeys.forScope(alice);
    const codec = codecOver(
      { ...away, cached: (scope) => (scope.userId === 'alice' ? dataKey : undefined) },
      20,
    );
    const sealed = await codec.encode([clear('x')], workflowOf(alice));
    expect((await codec.decode(sealed, workflowOf(alice))).map(read)).toEqual(['x']);
  });

  test('a short absence is waited out', async () => {
    let failures = 2;
    const codec = codecOver({
      async forScope(scope) {
        failures -= 1;
        if (failures >= 0) throw new Error('connection refused');
        return await keys.dataKeys.forScope(scope);
      },
    });
    const sealed = await codec.encode([clear('x')], workflowOf(alice));
    expect(keyIds(sealed)).toEqual([(await keys.dataKeys.forScope(alice)).keyId]);
  });
});

test("another user's payload is refused in a workflow, even of the same tenant", async () => {
  const ofBob = await codecOver().encode([clear('x')], workflowOf(bob));
  await expect(codecOver().decode(ofBob, workflowOf(alice))).rejects.toThrow(PayloadMisplaced);
});

test('under a destroyed key a payload is closed for good', async () => {
  const carol = { tenantId: 'acme', userId: 'carol' };
  await keys.dataKeys.ensure(carol);
  const sealed = await codecOver().encode([clear('x')], workflowOf(carol));
  await keys.destroy(carol);
  await expect(codecOver().decode(sealed, workflowOf(carol))).rejects.toMatchObject({ code: 'key_absent' });
  await keys.dataKeys.ensure(carol);
  await expect(codecOver().decode(sealed)).rejects.toMatchObject({ code: 'key_absent' });
});
