import { Registry } from 'prom-client';
import { measureDecisions } from '../../src/activities/decision-metrics';
import type { LifecycleActivities } from '../../src/activities/lifecycle-activities';
import { parseExposition, valueOf } from '../exposition';

type Decided = Awaited<ReturnType<LifecycleActivities['answer']>>;

const user = { tenantId: 'ten_1', userId: 'usr_1' };
const command = { id: 'c', fingerprint: 'f', actor: 'key_1', authenticationId: 'aut_1', sealedCode: 's' };

function measured(decide: () => Promise<Decided>) {
  const registry = new Registry();
  const { answer } = measureDecisions(registry, { answer: decide } as unknown as LifecycleActivities);
  return {
    answer: () => answer(user, command),
    shown: async () => parseExposition(await registry.metrics()),
  };
}

describe('the metrics of decisions', () => {
  it('pass every answer on as it is', async () => {
    const given: Decided = { result: { id: 'aut_1', status: 'approved' }, version: 7 };
    const { answer, shown } = measured(() => Promise.resolve(given));
    expect(await answer()).toBe(given);
    const families = await shown();
    expect(valueOf(families, 'mfaflow_decisions_total', { command: 'answer', outcome: 'decided' })).toBe(1);
    expect(valueOf(families, 'mfaflow_authentications_total', { status: 'approved', reason: '' })).toBe(1);
  });

  it('count one that threw as failed, and throw it on', async () => {
    const { answer, shown } = measured(() => Promise.reject(new Error('away')));
    await expect(answer()).rejects.toThrow('away');
    const families = await shown();
    expect(valueOf(families, 'mfaflow_decisions_total', { outcome: 'failed' })).toBe(1);
    expect(valueOf(families, 'mfaflow_decision_duration_seconds_count', { command: 'answer' })).toBe(1);
  });

  it('count a stored result as replayed, and no second time as an authentication or a failure', async () => {
    const stored: Decided = {
      result: { id: 'aut_1', status: 'pending', reason: 'wrong_code' },
      version: 7,
      replayed: true,
    };
    const { answer, shown } = measured(() => Promise.resolve(stored));
    await answer();
    const families = await shown();
    expect(valueOf(families, 'mfaflow_decisions_total', { outcome: 'replayed' })).toBe(1);
    expect(valueOf(families, 'mfaflow_authentications_total')).toBe(0);
    expect(valueOf(families, 'mfaflow_failure_budget_total')).toBe(0);
  });

  it('tell a lock from a wait, and an answer that either refused', async () => {
    const answers: Decided[] = [
      { result: { id: 'a', status: 'pending', reason: 'wrong_code' }, version: 1 },
      { result: { id: 'a', status: 'pending', reason: 'wrong_code', retryAfter: 30 }, version: 2 },
      { result: { id: 'a', status: 'denied', reason: 'locked', retryAfter: 900 }, version: 3 },
      { refused: 'try_later' },
      { refused: 'user_locked' },
    ];
    let next = 0;
    const { answer, shown } = measured(() => Promise.resolve(answers[next++]!));
    while (next < answers.length) await answer();
    const families = await shown();
    const counted = ['failure', 'wait_began', 'lock_began', 'refused_waiting', 'refused_locked'].map(
      (outcome) => valueOf(families, 'mfaflow_failure_budget_total', { outcome }),
    );
    expect(counted).toEqual([3, 1, 1, 1, 1]);
  });

  it('have no label that a flow of a tenant or a stranger could choose', async () => {
    const answers: Decided[] = [
      { result: { id: 'a', status: 'denied', reason: 'tenant_wrote_this' }, version: 1 },
      { refused: 'nobody_knows_this_code' },
    ];
    let next = 0;
    const { answer, shown } = measured(() => Promise.resolve(answers[next++]!));
    while (next < answers.length) await answer();
    const families = await shown();
    expect(JSON.stringify([...families])).not.toMatch(/tenant_wrote_this|nobody_knows/);
    expect(valueOf(families, 'mfaflow_authentications_total', { status: 'denied', reason: 'other' })).toBe(1);
    expect(valueOf(families, 'mfaflow_decisions_total', { outcome: 'internal' })).toBe(1);
  });
});
