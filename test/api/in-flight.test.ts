import { createInFlight } from '../../src/api/in-flight';

const limits = { maxInFlight: 4, maxWaiting: 3, maxWaitMs: 5_000, maxPerUser: 2 };

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
    const runs = ['a', 'b', 'c', 'd', 'e'].map((user) => inFlight.run(user, work(user)));
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
    const runs = ['a1', 'a2', 'a3', 'b1'].map((name) => inFlight.run(name.charAt(0), work(name)));
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
    const runs = Array.from({ length: 5 }, (_, index) => inFlight.run('a', work(String(index))));
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
    const runs = Array.from({ length: 7 }, (_, index) => inFlight.run(`u${String(index)}`, work('x')));
    await expect(inFlight.run('late', work('late'))).rejects.toMatchObject({
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
    const first = inFlight.run('a', work('a'));
    await expect(inFlight.run('b', work('b'))).rejects.toMatchObject({ code: 'overloaded' });
    releaseAll();
    expect(await first).toBe('a');
  });

  it('give their place back when they fail, and are drained at the end', async () => {
    const inFlight = createInFlight({ ...limits, maxInFlight: 1 }, () => 1);
    const failing = inFlight.run('a', () => Promise.reject(new Error('no')));
    const next = inFlight.run('b', () => Promise.resolve('yes'));
    await expect(failing).rejects.toThrow('no');
    expect(await next).toBe('yes');
    await expect(inFlight.drained()).resolves.toBeUndefined();
  });
});
