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
import { decisions } from './decisions';
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
  setHandler(messages.restSignal, () => {
    lifecycle.resting = true;
  });
  setHandler(messages.stateQuery, () => lifecycle.state());

  await condition(() => (lifecycle.resting || isLong()) && allHandlersFinished());
  if (lifecycle.resting) return;
  await continueAsNew<typeof userLifecycle>(lifecycle.carried());

  function handle<C extends messages.Command, R extends object>(
    update: UpdateDefinition<messages.Answer<R>, [C]>,
    decide: (user: messages.LifecycleInput, command: C) => Promise<messages.Answer<R>>,
  ): void {
    setHandler(
      update,
      async (command) => {
        lifecycle.began();
        try {
          const answer = await decide({ tenantId: input.tenantId, userId: input.userId }, command);
          lifecycle.learn(answer);
          return answer;
        } catch (failure) {
          return unavailable(failure);
        } finally {
          lifecycle.ended();
        }
      },
      { validator: refuseMalformed },
    );
  }
}

function isLong(): boolean {
  const info = workflowInfo();
  return info.continueAsNewSuggested || info.historyLength >= CONTINUE_AS_NEW_FROM_EVENTS;
}

/** A rejection persists and counts nothing, so that only what no decision could read is rejected here. */
function refuseMalformed(command: messages.Command | null | undefined): void {
  if (typeof command?.id === 'string' && typeof command.actor === 'string') return;
  throw ApplicationFailure.nonRetryable('A command needs an id and an actor', 'invalid_request');
}

/** A decision that could not be had now is the caller's to repeat: same command id, same result. */
function unavailable(failure: unknown): messages.Refusal {
  // A local activity that ran out of attempts throws its own failure, one that ran out of time a wrapped one.
  if (!(failure instanceof TemporalFailure)) throw failure;
  log.warn('decision unavailable', { failure: failure.name });
  return { refused: 'unavailable', retryAfter: 1 };
}
