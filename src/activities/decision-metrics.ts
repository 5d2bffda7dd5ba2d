import { Counter, Histogram, type Registry } from 'prom-client';
import { errorCodes } from '../domain/errors';
import type { Answer, LifecycleCommandName } from '../workflows/messages';
import type { LifecycleActivities } from './lifecycle-activities';

const DECISION_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 1.5];

/** Why an authentication was denied, or is pending still. A flow of a tenant may give reasons of its own: those are `other`. */
const reasons = new Set([
  'wrong_code',
  'locked',
  'revoked',
  'session_ended',
  'disowned',
  'expired',
  'no_factor',
  'acr_unreachable',
]);

type Decide = (user: never, command: never) => Promise<Answer<object>>;

/** The same activities, each decision counted in `registry` by what came of it. */
export function measureDecisions(registry: Registry, lifecycle: LifecycleActivities): LifecycleActivities {
  const registers = [registry];
  const duration = new Histogram({
    name: 'mfaflow_decision_duration_seconds',
    help: 'Time that a decision took: read, decide, write.',
    labelNames: ['command'],
    buckets: DECISION_BUCKETS,
    registers,
  });
  const decisions = new Counter({
    name: 'mfaflow_decisions_total',
    help: 'Decisions by outcome: decided, replayed (the stored result of an earlier attempt), failed, or the code of a refusal.',
    labelNames: ['command', 'outcome'],
    registers,
  });
  const authentications = new Counter({
    name: 'mfaflow_authentications_total',
    help: 'Decisions on authentications by how each left it.',
    labelNames: ['status', 'reason'],
    registers,
  });
  const failureBudget = new Counter({
    name: 'mfaflow_failure_budget_total',
    help: 'What failure budgets did: a failure was counted, a wait or a lock began, an answer was refused by one.',
    labelNames: ['outcome'],
    registers,
  });

  function count(command: LifecycleCommandName, answer: Answer<object>): void {
    if ('refused' in answer) {
      decisions.inc({
        command,
        outcome: Object.hasOwn(errorCodes, answer.refused) ? answer.refused : 'internal',
      });
      if (answer.refused === 'try_later') failureBudget.inc({ outcome: 'refused_waiting' });
      if (answer.refused === 'user_locked') failureBudget.inc({ outcome: 'refused_locked' });
      return;
    }
    decisions.inc({ command, outcome: answer.replayed === true ? 'replayed' : 'decided' });
    if (answer.replayed === true) return;
    const { status, reason, retryAfter } = answer.result as Partial<Record<string, unknown>>;
    countFailure(status, reason, retryAfter);
    if (command === 'authenticate' || command === 'choose' || command === 'answer')
      authentications.inc({ status: String(status), reason: reasonOf(reason) });
  }

  function countFailure(status: unknown, reason: unknown, retryAfter: unknown): void {
    const locked = status === 'denied' && reason === 'locked';
    if (reason !== 'wrong_code' && !locked) return;
    failureBudget.inc({ outcome: 'failure' });
    if (locked) failureBudget.inc({ outcome: 'lock_began' });
    else if (retryAfter !== undefined) failureBudget.inc({ outcome: 'wait_began' });
  }

  async function measured(command: LifecycleCommandName, decide: () => Promise<Answer<object>>) {
    const stop = duration.startTimer({ command });
    try {
      const answer = await decide();
      count(command, answer);
      return answer;
    } catch (error) {
      decisions.inc({ command, outcome: 'failed' });
      throw error;
    } finally {
      stop();
    }
  }

  const named = Object.entries(lifecycle) as [LifecycleCommandName, Decide][];
  return Object.fromEntries(
    named.map(([command, decide]) => [
      command,
      (user: never, input: never) => measured(command, () => decide(user, input)),
    ]),
  ) as unknown as LifecycleActivities;
}

function reasonOf(reason: unknown): string {
  if (typeof reason !== 'string') return '';
  return reasons.has(reason) ? reason : 'other';
}
