import {
  allHandlersFinished,
  ApplicationFailure,
  condition,
  continueAsNew,
  log,
  setHandler,
  TemporalFailure,
  workflowInfo,
} from '@temporalio/workflow';
import type { UpdateDefinition } from '@temporalio/common';
import { AnswerQueue } from './answer-queue';
import { decisions } from './decisions';
import { Deliveries } from './deliveries';
import { Lifecycle } from './lifecycle-state';
import * as messages from './messages';

/** Replay of a revived lifecycle stays short: far below the 4,096 events at which the server would suggest it. */
const CONTINUE_AS_NEW_FROM_EVENTS = 400;

/**
 * The MFA life of one user: waits at no cost, takes one command after the other (or several at once), asks
 * Postgres to decide each, and answers. It rests after long quiet and is revived by the next command.
 */
export async function userLifecycle(input: messages.LifecycleInput): Promise<void> {
  const lifecycle = new Lifecycle(input);
  const answers = new AnswerQueue(input.answers);
  const deliveries = new Deliveries(input);

  handle(messages.enrolUpdate, decisions.enrol);
  handle(messages.confirmUpdate, decisions.confirm);
  handle(messages.renameUpdate, decisions.rename);
  handle(messages.removeUpdate, decisions.remove);
  handle(messages.authenticateUpdate, decisions.authenticate);
  handle(messages.chooseUpdate, decisions.choose);
  handle(messages.answerUpdate, decisions.answer);
  handle(messages.lockUpdate, decisions.lock);
  handle(messages.unlockUpdate, decisions.unlock);
  handle(messages.revokeUpdate, decisions.revoke);
  handle(messages.resendUpdate, decisions.resend);
  handle(messages.disownUpdate, decisions.disown);
  setHandler(messages.answerLaterSignal, queueAnswer);
  setHandler(messages.deliverSignal, deliverLater);
  setHandler(messages.restSignal, () => {
    lifecycle.resting = true;
  });
  setHandler(messages.stateQuery, () => lifecycle.state(answers.length, deliveries.count));

  while (!mayEnd()) {
    await condition(() => mayEnd() || !answers.isEmpty);
    if (!mayEnd()) await decideNextAnswer();
  }
  if (lifecycle.resting && answers.isEmpty) return;
  await continueAsNew<typeof userLifecycle>({ ...lifecycle.carried(), ...answers.carried() });

  function handle<C extends messages.Command, R extends object>(
    update: UpdateDefinition<messages.Answer<R>, [C]>,
    decide: (user: messages.LifecycleInput, command: C) => Promise<messages.Answer<R>>,
  ): void {
    setHandler(update, (command) => take(decide, command), { validator: refuseMalformed });
  }

  async function take<C extends messages.Command, R extends object>(
    decide: (user: messages.LifecycleInput, command: C) => Promise<messages.Answer<R>>,
    command: C,
  ): Promise<messages.Answer<R>> {
    lifecycle.began();
    try {
      const answer = await decide({ tenantId: input.tenantId, userId: input.userId }, command);
      lifecycle.learn(answer);
      if ('deliveries' in answer) deliveries.start(answer.deliveries ?? []);
      return answer;
    } catch (failure) {
      return unavailable(failure);
    } finally {
      lifecycle.ended();
    }
  }

  /** Nobody hears of a Signal that is refused, so that one which no decision could read is as if it had not come. */
  function queueAnswer(command: messages.AnswerCommand | null | undefined): void {
    if (!isReadable(command)) return;
    lifecycle.resting = false;
    if (!answers.add(command)) log.warn('an answer was dropped: too many wait for their decision');
  }

  function deliverLater(deliveryId: unknown): void {
    if (typeof deliveryId !== 'string') return;
    // A run that was started for this alone is over with it: Postgres believes that the lifecycle rests.
    if (lifecycle.isUntouched) lifecycle.resting = true;
    deliveries.start([deliveryId]);
  }

  /** What was refused, was wrong or was right stands in Postgres; only what could not be decided is tried again. */
  async function decideNextAnswer(): Promise<void> {
    const command = answers.next();
    if (command === undefined) return;
    const answer = await take(decisions.answer, command);
    const isDecided = !('refused' in answer) || answer.refused !== 'unavailable';
    const pauseMs = isDecided ? undefined : answers.postpone();
    if (pauseMs !== undefined) {
      await condition(mayEnd, pauseMs);
      return;
    }
    answers.done();
    if (!isDecided) log.warn('an answer was given up: no decision could be had for a minute');
  }

  /** Queued answers go on in the next run; nothing else that is under way may be cut. */
  function mayEnd(): boolean {
    const isDue = (lifecycle.resting && answers.isEmpty) || isLong();
    return isDue && deliveries.count === 0 && allHandlersFinished();
  }
}

function isLong(): boolean {
  const info = workflowInfo();
  return info.continueAsNewSuggested || info.historyLength >= CONTINUE_AS_NEW_FROM_EVENTS;
}

function isReadable<C extends messages.Command>(command: C | null | undefined): command is C {
  return typeof command?.id === 'string' && typeof command.actor === 'string';
}

/** A rejection persists and counts nothing, so that only what no decision could read is rejected here. */
function refuseMalformed(command: messages.Command | null | undefined): void {
  if (isReadable(command)) return;
  throw ApplicationFailure.nonRetryable('A command needs an id and an actor', 'invalid_request');
}

/** A decision that could not be had now is the caller's to repeat: same command id, same result. */
function unavailable(failure: unknown): messages.Refusal {
  // A local activity that ran out of attempts throws its own failure, one that ran out of time a wrapped one.
  if (!(failure instanceof TemporalFailure)) throw failure;
  log.warn('decision unavailable', { failure: failure.name });
  return { refused: 'unavailable', retryAfter: 1 };
}
