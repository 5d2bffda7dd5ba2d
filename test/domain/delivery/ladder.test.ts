import fc from 'fast-check';
import {
  nextStep,
  type Ladder,
  type PastSend,
  type Step,
  type Way,
} from '../../../src/domain/delivery/ladder';

const way = (provider: string, more: Partial<Way> = {}): Way => ({
  provider,
  honoursKey: false,
  failing: false,
  probe: false,
  ...more,
});

const send = (
  provider: string,
  status: PastSend['status'],
  submittedAt = 0,
  more: Partial<PastSend> = {},
): PastSend => ({ provider, status, submittedAt, ...more });

const step = (ladder: Partial<Ladder>): Step =>
  nextStep({ now: 100_000, sends: [], ways: [way('first'), way('second')], mostFailures: 6, ...ladder });

const submit = (provider: string, probe = false): Step => ({ do: 'submit', provider, probe });

describe('The ladder', () => {
  test('makes no wait of a clock that was put back', () => {
    const later = 100_000 + 3_600_000;
    expect(step({ sends: [send('first', 'failed', later)] })).toEqual(submit('first'));
    const unanswered = {
      sends: [send('first', 'uncertain', later)],
      ways: [way('first', { honoursKey: true })],
    };
    expect(step(unanswered)).toEqual({ do: 'wait', ms: 1_000 });
  });

  test('begins with the provider that is preferred', () => {
    expect(step({})).toEqual(submit('first'));
  });

  test('begins with a healthy one before a failing one', () => {
    expect(step({ ways: [way('first', { failing: true }), way('second')] })).toEqual(submit('second'));
  });

  test('lets one message try a failing provider when a probe is due', () => {
    expect(step({ ways: [way('first', { failing: true, probe: true }), way('second')] })).toEqual(
      submit('first', true),
    );
  });

  test('goes on at once after a probe that failed', () => {
    const ways = [way('first', { failing: true, probe: true }), way('second')];
    expect(step({ ways, sends: [send('first', 'failed', 99_999)] })).toEqual(submit('second'));
  });

  test('uses a failing provider when it is the only one', () => {
    expect(step({ ways: [way('first', { failing: true })] })).toEqual(submit('first'));
  });

  test('would rather use one whose codes do not come back than one that takes nothing', () => {
    const ways = [way('first', { failing: true }), way('second', { failing: true, takes: true })];
    expect(step({ ways })).toEqual(submit('second'));
  });

  test('waits longer from round to round when everybody fails', () => {
    const sends = ['first', 'first', 'second', 'second'].map((name) => send(name, 'failed', 99_900));
    expect(step({ sends })).toEqual({ do: 'wait', ms: 1_900 });
    const second = [...sends, ...sends.map((one) => ({ ...one }))];
    expect(step({ sends: second, mostFailures: 12 })).toEqual({ do: 'wait', ms: 7_900 });
  });

  test('ends after so many failures', () => {
    const sends = Array.from({ length: 6 }, () => send('first', 'failed'));
    expect(step({ sends })).toEqual({ do: 'end', status: 'failed', reason: 'providers_failed' });
  });

  test('ends when everybody has refused', () => {
    const sends = [send('first', 'rejected'), send('second', 'rejected')];
    expect(step({ sends })).toEqual({ do: 'end', status: 'failed', reason: 'providers_refused' });
  });

  test('never goes back to a provider whose message did not arrive', () => {
    expect(step({ sends: [send('first', 'undelivered')] })).toEqual(submit('second'));
    expect(step({ sends: [send('first', 'undelivered'), send('second', 'undelivered')] })).toMatchObject({
      status: 'undelivered',
    });
  });

  test('asks who may hold the message again, when the same key is one message there', () => {
    const ways = [way('first', { honoursKey: true }), way('second')];
    expect(step({ ways, sends: [send('first', 'uncertain', 99_000)] })).toEqual(submit('first'));
    expect(step({ ways, sends: [send('first', 'uncertain', 99_500)] })).toEqual({ do: 'wait', ms: 500 });
  });

  test('does not wait for it longer than a moment while somebody else is well', () => {
    const uncertain = [send('first', 'uncertain', 99_000)];
    const calmUntil = (at: number) => [way('first', { honoursKey: true, calmUntil: at }), way('second')];
    expect(step({ ways: calmUntil(700_000), sends: uncertain })).toEqual(submit('second'));
    expect(step({ ways: calmUntil(104_000), sends: uncertain })).toEqual({ do: 'wait', ms: 4_000 });
    const [alone] = calmUntil(700_000);
    expect(step({ ways: alone === undefined ? [] : [alone], sends: uncertain })).toEqual({
      do: 'wait',
      ms: 600_000,
    });
  });

  test('gives such a provider up after a while', () => {
    const ways = [way('first', { honoursKey: true }), way('second')];
    const sends = [90_000, 92_000, 95_000].map((at) => send('first', 'uncertain', at));
    expect(step({ ways, sends })).toEqual(submit('second'));
  });

  test('keeps the calm that a provider asked for, and never waits for it while there is another', () => {
    const calm = { retryAt: 130_000 };
    expect(step({ sends: [send('first', 'failed', 99_000, calm)] })).toEqual(submit('second'));
    expect(step({ ways: [way('first')], sends: [send('first', 'failed', 99_000, calm)] })).toEqual({
      do: 'wait',
      ms: 30_000,
    });
    expect(step({ ways: [way('first', { calmUntil: 101_000 })] })).toEqual({ do: 'wait', ms: 1_000 });
  });

  test('waits for a submission that is under way elsewhere', () => {
    expect(step({ sends: [send('first', 'submitting', 99_000)] })).toEqual({ do: 'wait', ms: 11_000 });
  });

  test('waits no longer for it than it can take, also when the clock was moved back', () => {
    expect(step({ sends: [send('first', 'submitting', 900_000)] })).toEqual({ do: 'wait', ms: 12_000 });
  });

  const providers = ['a', 'b', 'c'];
  const pastSend = fc.record({
    provider: fc.constantFrom(...providers),
    status: fc.constantFrom('rejected', 'failed', 'uncertain', 'undelivered', 'accepted', 'delivered'),
    submittedAt: fc.integer({ min: 0, max: 100_000 }),
  });
  const wayOf = fc.record({
    provider: fc.constantFrom(...providers),
    honoursKey: fc.boolean(),
    failing: fc.boolean(),
    probe: fc.boolean(),
  });
  const ladders = fc.record({
    now: fc.constant(100_000),
    sends: fc
      .array(pastSend, { maxLength: 8 })
      .map((sends) => [...sends].sort((a, b) => a.submittedAt - b.submittedAt)),
    ways: fc.uniqueArray(wayOf, { selector: ({ provider }) => provider, maxLength: 3 }),
    mostFailures: fc.constant(6),
  });

  test('never sends what a provider has taken already', () => {
    fc.assert(
      fc.property(ladders, (ladder) => {
        fc.pre(ladder.sends.some(({ status }) => status === 'accepted' || status === 'delivered'));
        expect(nextStep(ladder).do).toBe('end');
      }),
    );
  });

  test('never asks a provider that refused, failed the address, or would send twice', () => {
    fc.assert(
      fc.property(ladders, (ladder) => {
        const next = nextStep(ladder);
        if (next.do !== 'submit') return;
        const own = ladder.sends.filter(({ provider }) => provider === next.provider);
        const chosen = ladder.ways.find(({ provider }) => provider === next.provider);
        expect(own.every(({ status }) => status !== 'rejected' && status !== 'undelivered')).toBe(true);
        if (chosen?.honoursKey !== true) expect(own.every(({ status }) => status !== 'uncertain')).toBe(true);
      }),
    );
  });

  test('always comes to an end, whatever the providers answer', () => {
    const answers = fc.array(
      fc.constantFrom<PastSend['status']>('rejected', 'failed', 'uncertain', 'undelivered'),
      {
        minLength: 30,
        maxLength: 30,
      },
    );
    fc.assert(
      fc.property(ladders, answers, ({ ways }, scripted) => {
        let now = 0;
        const sends: PastSend[] = [];
        for (const status of scripted) {
          let next = nextStep({ now, sends, ways, mostFailures: 6 });
          while (next.do === 'wait') {
            now += next.ms;
            next = nextStep({ now, sends, ways, mostFailures: 6 });
          }
          if (next.do === 'end') return;
          now += 10;
          sends.push({ provider: next.provider, status, submittedAt: now });
        }
        throw new Error('it went on and on');
      }),
    );
  });
});
