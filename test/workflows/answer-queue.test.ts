import { AnswerQueue } from '../../src/workflows/answer-queue';

const answer = (id: string) => ({
  id,
  fingerprint: 'f',
  actor: 'key_1',
  authenticationId: 'aut_1',
  sealedCode: 's',
});

describe('answers that wait for their decision', () => {
  it('are decided in the order in which they came', () => {
    const queue = new AnswerQueue();
    for (const id of ['a', 'b']) queue.add(answer(id));
    expect(queue.next()?.id).toBe('a');
    queue.done();
    expect(queue.next()?.id).toBe('b');
    queue.done();
    expect([queue.next(), queue.isEmpty]).toEqual([undefined, true]);
  });

  it('wait once each, however often they are sent', () => {
    const queue = new AnswerQueue();
    for (const id of ['a', 'a', 'b', 'a']) expect(queue.add(answer(id))).toBe(true);
    expect(queue.length).toBe(2);
  });

  it('are a thousand at most', () => {
    const queue = new AnswerQueue();
    for (let n = 0; n < 1_000; n += 1) expect(queue.add(answer(String(n)))).toBe(true);
    expect(queue.add(answer('one too many'))).toBe(false);
    expect(queue.add(answer('7'))).toBe(true);
    expect(queue.length).toBe(1_000);
  });

  it('are tried for about a minute, longer apart each time', () => {
    const queue = new AnswerQueue();
    queue.add(answer('a'));
    const pauses: number[] = [];
    for (let pause = queue.postpone(); pause !== undefined; pause = queue.postpone()) pauses.push(pause);
    expect(pauses).toEqual([...pauses].sort((one, other) => one - other));
    const total = pauses.reduce((sum, pause) => sum + pause, 0);
    expect(total).toBeGreaterThanOrEqual(60_000);
    expect(total).toBeLessThanOrEqual(70_000);
  });

  it('go on in the next run where they stood, attempts included', () => {
    const queue = new AnswerQueue();
    expect(queue.carried()).toEqual({});
    for (const id of ['a', 'b']) queue.add(answer(id));
    queue.postpone();
    const next = new AnswerQueue(queue.carried().answers);
    expect(next.carried()).toEqual({
      answers: [
        { command: answer('a'), attempts: 1 },
        { command: answer('b'), attempts: 0 },
      ],
    });
  });
});
