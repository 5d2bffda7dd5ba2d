import { createInFlight } from '../../src/api/in-flight';

const limits = { maxInFlight: 4, maxWaiting: 3, maxWaitMs: 5_000, maxPerUser: 2, tenantShare: 1 };

const of = (userId: string, tenantId = 'tenant') => ({ tenantId, userId });

/** Work that ends when the test says so. */
function held() {
  const release: (() => void)[] = [];
  const started: string[] = [];
  return {
    started,
    work: (name: string) => () =>
      new Promise<string>((resolve) => {
        started.push(name);
        release.push(() => resolve(name));
      }),
    releaseNext: () => release.shift()?.(),
    releaseAll: () => release.splice(0).forEach((end) => end()),
  };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('requests in flight', () => {
  it('run up to the cap of the process, and the next when one ends', async () => {
    const { started, work, releaseNext, releaseAll } = held();
    const inFlight = createInFlight(limits, () => 1);
    const runs = ['a', 'b', 'c', 'd', 'e'].map((user) => inFlight.run(of(user), work(user)));
    await settled();
    expect(started).toEqual(['a', 'b', 'c', 'd']);
    releaseNext();
    await settled();
    expect(started).toEqual(['a', 'b', 'c', 'd', 'e']);
    releaseAll();
    expect(await Promise.all(runs)).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('wait behind their own user and let the others pass', async () => {
    const { started, work, releaseAll } = held();
    const inFlight = createInFlight(limits, () => 1);
    const runs = ['a1', 'a2', 'a3', 'b1'].map((name) => inFlight.run(of(name.charAt(0)), work(name)));
    await settled();
    expect(started).toEqual(['a1', 'a2', 'b1']);
    releaseAll();
    await settled();
    expect(started).toContain('a3');
    releaseAll();
    await Promise.all(runs);
  });

  it('share the cap of a user among the processes that live', async () => {
    const { started, work, releaseAll } = held();
    const inFlight = createInFlight({ ...limits, maxPerUser: 9, maxInFlight: 50, maxWaiting: 50 }, () => 4);
    const runs = Array.from({ length: 5 }, (_, index) => inFlight.run(of('a'), work(String(index))));
    await settled();
    expect(started).toHaveLength(2);
    while (started.length < 5) {
      releaseAll();
      await settled();
    }
    releaseAll();
    await Promise.all(runs);
  });

  it('are shed with advice when too many wait', async () => {
    const { work, releaseAll } = held();
    const inFlight = createInFlight(limits, () => 1);
    const runs = Array.from({ length: 7 }, (_, index) => inFlight.run(of(`u${String(index)}`), work('x')));
    await expect(inFlight.run(of('late'), work('late'))).rejects.toMatchObject({
      code: 'overloaded',
      retryAfterSeconds: 1,
    });
    for (let round = 0; round < 2; round += 1) {
      releaseAll();
      await settled();
    }
    await Promise.all(runs);
  });

  it('are shed when their turn does not come in time', async () => {
    const { work, releaseAll } = held();
    const inFlight = createInFlight({ ...limits, maxInFlight: 1, maxWaitMs: 20 }, () => 1);
    const first = inFlight.run(of('a'), work('a'));
    await expect(inFlight.run(of('b'), work('b'))).rejects.toMatchObject({ code: 'overloaded' });
    releaseAll();
    expect(await first).toBe('a');
  });

  it('give their place back when they fail, and are drained at the end', async () => {
    const inFlight = createInFlight({ ...limits, maxInFlight: 1 }, () => 1);
    const failing = inFlight.run(of('a'), () => Promise.reject(new Error('no')));
    const next = inFlight.run(of('b'), () => Promise.resolve('yes'));
    await expect(failing).rejects.toThrow('no');
    expect(await next).toBe('yes');
    await expect(inFlight.drained()).resolves.toBeUndefined();
  });

  it('leave a part of all places to the other tenants', async () => {
    const { started, work, releaseAll } = held();
    const inFlight = createInFlight({ ...limits, tenantShare: 0.5 }, () => 1);
    const greedy = ['g1', 'g2', 'g3'].map((name) => inFlight.run(of(name, 'greedy'), work(name)));
    const shed = inFlight.run(of('g4', 'greedy'), work('g4'));
    await expect(shed).rejects.toMatchObject({ code: 'overloaded' });
    const modest = inFlight.run(of('m1', 'modest'), work('m1'));
    await settled();
    expect(started).toEqual(['g1', 'g2', 'm1']);
    releaseAll();
    await settled();
    releaseAll();
    await Promise.all([...greedy, modest]);
  });
});
